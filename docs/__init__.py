"""The documentation: its pages, its pictures, and in ``making`` what makes a site of them."""
