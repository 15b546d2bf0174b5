"""Rules that families share: from input types and parameters to an output type, or to a sentence saying why not."""
