"""How everything looks: themes as tokens, the style sheet, and the small widgets that panels share."""
