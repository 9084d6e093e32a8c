"""An invented contract that shows a whole region."""
