"""SIP as far as a provisioning server needs it: a NOTIFY to a phone, and a polite answer to the rest."""
