#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sipclause_fuzz::check("tls", bytes));
