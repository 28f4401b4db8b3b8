"""The operators' pages, one file for each part; nobody but operators sees them."""
