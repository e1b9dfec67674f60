"""The phones' door: plain WSGI, because a phone asks for bytes and nothing that a web framework adds."""
