"""The other side of a sign-in elsewhere: what an OpenID provider is asked, and when its answer is believed."""
