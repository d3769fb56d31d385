//! What befalls a file: cut, flipped, spliced, repeated, and parts of it replaced by what parsers stumble over.

use crate::random::Random;
use crate::stunts;

/// What parsers stumble over, put into the middle of a file.
const STONES: &[&[u8]] = &[
    b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
    b"&b;",
    b"&#0;",
    b"&#xD800;",
    b"&#99999999999999999999;",
    b"&",
    b"<",
    b">",
    b"]]>",
    b"<![CDATA[",
    b"-->",
    b"<!--",
    b"<?xml version='1.0' encoding='UTF-16'?>",
    b"<?xml ",
    b"\0",
    b"\x01",
    b"\xFF\xFE",
    b"\xEF\xBB\xBF",
    b"\xEF\xBF\xBF",
    b"\xC0\x80",
    b"\xED\xA0\x80",
    b"\xF4\x90\x80\x80",
    b"\r\n",
    b" xmlns=''",
    b" xmlns='urn:other'",
    b" xmlns:cbc='urn:other'",
    b" xmlns:ram='urn:other'",
    b" xmlns:xml='urn:other'",
    b" a:b='1' a:b='2'",
    b"<x:y xmlns:x='urn:z'>",
    b"</x:y>",
    b"<a><a><a><a><a>",
    b"99999999999999999999999999999999999999999",
    b"-0.0000000000000000000000000000000000000001",
    b"1e400",
    b"NaN",
    b"9999-99-99",
    b"\xE2\x80\xAE",
    b"#AAI##AAJ#",
    b"{\"lines\":[",
    b"\"\\uD800\"",
    b"[[[[[[[[",
    b"%PDF-1.7",
    b"PK\x03\x04",
    b"\x1F\x8B\x08\0",
    b" * BG-25",
    b"  cac:Item\n",
    b"= BT-1",
];

/// A file after an accident, and what it was.
pub(crate) fn damage(random: &mut Random, files: &[(String, Vec<u8>)]) -> (String, Vec<u8>) {
    let (name, bytes) = random.pick(files);
    let mut bytes = bytes.clone();
    let mut story = name.clone();
    for _ in 0..=random.below(3) {
        let what = accident(random, &mut bytes, files);
        story = format!("{story}, {what}");
    }
    if random.below(12) == 0 {
        bytes = stunts::packed(&bytes);
        story.push_str(", packed");
    }
    (story, bytes)
}

fn accident(random: &mut Random, bytes: &mut Vec<u8>, files: &[(String, Vec<u8>)]) -> &'static str {
    match random.below(9) {
        0 => {
            bytes.truncate(random.below(bytes.len() + 1));
            "cut off"
        }
        1 => {
            for _ in 0..=random.below(8) {
                let at = random.below(bytes.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
            "bits flipped"
        }
        2 => {
            let other = &random.pick(files).1;
            bytes.truncate(random.below(bytes.len() + 1));
            bytes.extend_from_slice(&other[random.below(other.len() + 1)..]);
            "spliced"
        }
        3 => {
            let part = random.part(bytes.len(), 4000);
            let copy = bytes[part.clone()].repeat(1 + random.below(20));
            bytes.splice(part.end..part.end, copy);
            "a part repeated"
        }
        4 => {
            bytes.drain(random.part(bytes.len(), 400));
            "a part missing"
        }
        5 => {
            let other = &random.pick(files).1;
            let piece = other[random.part(other.len(), 4000)].to_vec();
            let at = random.below(bytes.len() + 1);
            bytes.splice(at..at, piece);
            "a part of another inside"
        }
        6 => {
            let (from, to) = (random.part(bytes.len(), 2000), random.below(bytes.len() + 1));
            let piece = bytes[from].to_vec();
            bytes.splice(to..to, piece);
            "a part elsewhere again"
        }
        7 => {
            *bytes = stunts::utf_16(&String::from_utf8_lossy(bytes), random.below(2) == 0);
            bytes.truncate(bytes.len() - random.below(2).min(bytes.len()));
            "in UTF-16"
        }
        _ => {
            for _ in 0..=random.below(3) {
                let at = random.below(bytes.len() + 1);
                bytes.splice(at..at, random.pick(STONES).iter().copied());
            }
            "with a stone in the way"
        }
    }
}
