"""What other providers export, as a document of ours; what cannot be carried is told line by line."""
