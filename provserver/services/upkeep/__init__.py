"""What keeps the house going: backups, keys, certificates, figures."""
