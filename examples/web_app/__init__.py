"""A web application that signs people in."""
