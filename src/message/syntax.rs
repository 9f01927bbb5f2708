//! What is wrong with a message as such.
