"""The network's door: how phones that know nothing yet find this server, and how it hears of them."""
