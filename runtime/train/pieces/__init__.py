"""What programs are made of: plain torch, each definition taken word for word by the programs that use it."""
