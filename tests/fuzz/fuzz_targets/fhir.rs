#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    dialects_fuzz::read("application/fhir+json", body);
});
