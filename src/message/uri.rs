//! URIs and their comparison.
