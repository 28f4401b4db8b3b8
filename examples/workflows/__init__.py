"""One script for each further workflow; sign-in with a code is in examples/web_app and examples/refresh."""
