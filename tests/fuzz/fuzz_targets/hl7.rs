#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    dialects_fuzz::read("x-application/hl7-v2+er7", body);
});
