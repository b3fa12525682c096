"""The rule language: a document that a merchant publishes, its check, its compiled form and its evaluation."""
