"""What an operator sets up, as one document: read, compared with the store, carried out, written."""
