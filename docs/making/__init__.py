"""What makes pictures and a site of the pages in docs/."""
