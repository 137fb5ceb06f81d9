#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| copilot_sdk_tests::untrusted::schema(input));
