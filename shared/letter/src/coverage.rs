//! Which characters have a font of their own. Made by `tools/subset_fonts.py`.

/// First and last characters of ranges; what all letters' fonts have is left out.
pub(crate) type Coverage = &'static [(char, char)];

pub(crate) const ARABIC: Coverage = &[
    ('\u{600}', '\u{6FF}'),
    ('\u{750}', '\u{77F}'),
    ('\u{8A0}', '\u{8BE}'),
    ('\u{8D3}', '\u{8FF}'),
    ('\u{FB50}', '\u{FBC1}'),
    ('\u{FBD3}', '\u{FD3F}'),
    ('\u{FD50}', '\u{FDC7}'),
    ('\u{FDF0}', '\u{FDFD}'),
    ('\u{FE70}', '\u{FEFC}'),
];

pub(crate) const DEVANAGARI: Coverage = &[
    ('\u{900}', '\u{97F}'),
    ('\u{1CD0}', '\u{1CF9}'),
    ('\u{A830}', '\u{A839}'),
    ('\u{A8E0}', '\u{A8FF}'),
];

pub(crate) const ARMENIAN: Coverage = &[('\u{531}', '\u{58F}'), ('\u{FB13}', '\u{FB17}')];

pub(crate) const BENGALI: Coverage = &[('\u{980}', '\u{9FE}'), ('\u{1CF7}', '\u{1CF7}')];

pub(crate) const GEORGIAN: Coverage =
    &[('\u{10A0}', '\u{10FF}'), ('\u{1C90}', '\u{1CBF}'), ('\u{2D00}', '\u{2D2D}')];

pub(crate) const GUJARATI: Coverage = &[('\u{A81}', '\u{AFF}')];

pub(crate) const GURMUKHI: Coverage = &[('\u{A01}', '\u{A76}')];

pub(crate) const HEBREW: Coverage = &[('\u{591}', '\u{5F4}'), ('\u{FB1D}', '\u{FB4F}')];

pub(crate) const KANNADA: Coverage = &[('\u{C80}', '\u{CF2}')];

pub(crate) const KHMER: Coverage = &[('\u{1780}', '\u{17F9}'), ('\u{19E0}', '\u{19FF}')];

pub(crate) const LAO: Coverage = &[('\u{E81}', '\u{EDF}')];

pub(crate) const MALAYALAM: Coverage = &[('\u{D00}', '\u{D7F}')];

pub(crate) const MYANMAR: Coverage =
    &[('\u{1000}', '\u{109F}'), ('\u{A9E0}', '\u{A9FE}'), ('\u{AA60}', '\u{AA7F}')];

pub(crate) const SINHALA: Coverage = &[('\u{D81}', '\u{DF4}'), ('\u{111E1}', '\u{111F4}')];

pub(crate) const TAMIL: Coverage =
    &[('\u{B82}', '\u{BFA}'), ('\u{11301}', '\u{11303}'), ('\u{1133B}', '\u{1133C}')];

pub(crate) const TELUGU: Coverage = &[('\u{C00}', '\u{C7F}')];

pub(crate) const THAI: Coverage = &[('\u{E01}', '\u{E5B}')];

pub(crate) const ETHIOPIC: Coverage =
    &[('\u{1200}', '\u{1399}'), ('\u{2D80}', '\u{2DDE}'), ('\u{AB01}', '\u{AB2E}')];

pub(crate) const MEETEI_MAYEK: Coverage = &[('\u{AAE0}', '\u{AAF6}'), ('\u{ABC0}', '\u{ABF9}')];

pub(crate) const N_KO: Coverage = &[('\u{7C0}', '\u{7FF}')];

pub(crate) const OL_CHIKI: Coverage = &[('\u{1C50}', '\u{1C7F}')];

pub(crate) const ORIYA: Coverage = &[('\u{B01}', '\u{B77}')];

pub(crate) const SYRIAC: Coverage = &[('\u{700}', '\u{74F}')];

pub(crate) const THAANA: Coverage = &[('\u{780}', '\u{7B1}')];

pub(crate) const TIFINAGH: Coverage = &[('\u{2D30}', '\u{2D7F}')];

pub(crate) const TIBETAN: Coverage = &[('\u{F00}', '\u{FDA}')];

pub(crate) const HANGUL: Coverage = &[
    ('\u{1100}', '\u{1112}'),
    ('\u{115F}', '\u{1175}'),
    ('\u{11A8}', '\u{11C2}'),
    ('\u{3131}', '\u{318E}'),
    ('\u{AC00}', '\u{D7A3}'),
];

pub(crate) const HAN: Coverage = &[
    ('\u{3000}', '\u{3029}'),
    ('\u{3041}', '\u{3129}'),
    ('\u{3220}', '\u{3239}'),
    ('\u{327F}', '\u{327F}'),
    ('\u{32A3}', '\u{32A8}'),
    ('\u{3303}', '\u{3357}'),
    ('\u{337B}', '\u{33DD}'),
    ('\u{3402}', '\u{3406}'),
    ('\u{342C}', '\u{344C}'),
    ('\u{3464}', '\u{347E}'),
    ('\u{3492}', '\u{34C8}'),
    ('\u{34DB}', '\u{34E4}'),
    ('\u{34FB}', '\u{3506}'),
    ('\u{351F}', '\u{351F}'),
    ('\u{353E}', '\u{353E}'),
    ('\u{3551}', '\u{3584}'),
    ('\u{3597}', '\u{35AD}'),
    ('\u{35BF}', '\u{35DD}'),
    ('\u{35F1}', '\u{364E}'),
    ('\u{365F}', '\u{3661}'),
    ('\u{367A}', '\u{3743}'),
    ('\u{3761}', '\u{3775}'),
    ('\u{378D}', '\u{37A0}'),
    ('\u{37B9}', '\u{37C1}'),
    ('\u{37D6}', '\u{3840}'),
    ('\u{385C}', '\u{3863}'),
    ('\u{38A0}', '\u{38A0}'),
    ('\u{38C3}', '\u{38D4}'),
    ('\u{38FA}', '\u{394D}'),
    ('\u{3963}', '\u{39A4}'),
    ('\u{39B8}', '\u{39B8}'),
    ('\u{39DC}', '\u{3A06}'),
    ('\u{3A17}', '\u{3A18}'),
    ('\u{3A29}', '\u{3A34}'),
    ('\u{3A4B}', '\u{3A73}'),
    ('\u{3A97}', '\u{3A97}'),
    ('\u{3AAB}', '\u{3AAB}'),
    ('\u{3ABD}', '\u{3ABD}'),
    ('\u{3AD6}', '\u{3AFB}'),
    ('\u{3B0E}', '\u{3B42}'),
    ('\u{3B58}', '\u{3BA4}'),
    ('\u{3BB6}', '\u{3BF4}'),
    ('\u{3C0D}', '\u{3C26}'),
    ('\u{3C54}', '\u{3C54}'),
    ('\u{3C8B}', '\u{3C8B}'),
    ('\u{3CC3}', '\u{3CEF}'),
    ('\u{3D11}', '\u{3D1E}'),
    ('\u{3D32}', '\u{3E06}'),
    ('\u{3E3F}', '\u{3E83}'),
    ('\u{3E94}', '\u{3E94}'),
    ('\u{3EA8}', '\u{3F0E}'),
    ('\u{3F53}', '\u{3F7C}'),
    ('\u{3F93}', '\u{3F93}'),
    ('\u{3FAE}', '\u{3FAE}'),
    ('\u{3FC0}', '\u{4009}'),
    ('\u{401D}', '\u{401D}'),
    ('\u{4039}', '\u{4071}'),
    ('\u{4093}', '\u{4093}'),
    ('\u{40A8}', '\u{40A8}'),
    ('\u{40BB}', '\u{40DF}'),
    ('\u{40F8}', '\u{410E}'),
    ('\u{4132}', '\u{4132}'),
    ('\u{4148}', '\u{414F}'),
    ('\u{4163}', '\u{417F}'),
    ('\u{4190}', '\u{4190}'),
    ('\u{41B2}', '\u{4211}'),
    ('\u{4223}', '\u{4223}'),
    ('\u{4240}', '\u{4240}'),
    ('\u{4260}', '\u{427A}'),
    ('\u{428C}', '\u{42A2}'),
    ('\u{42B5}', '\u{42DD}'),
    ('\u{42F4}', '\u{4302}'),
    ('\u{432B}', '\u{432B}'),
    ('\u{4343}', '\u{4343}'),
    ('\u{436E}', '\u{436E}'),
    ('\u{4397}', '\u{439A}'),
    ('\u{43BA}', '\u{43C1}'),
    ('\u{43D9}', '\u{442D}'),
    ('\u{4453}', '\u{445B}'),
    ('\u{4476}', '\u{447A}'),
    ('\u{448F}', '\u{4585}'),
    ('\u{459D}', '\u{45B8}'),
    ('\u{45DA}', '\u{45EA}'),
    ('\u{4603}', '\u{4617}'),
    ('\u{4641}', '\u{4641}'),
    ('\u{465B}', '\u{4665}'),
    ('\u{467A}', '\u{4680}'),
    ('\u{46A1}', '\u{46BB}'),
    ('\u{46CF}', '\u{46D0}'),
    ('\u{46F5}', '\u{46F7}'),
    ('\u{470C}', '\u{4718}'),
    ('\u{4736}', '\u{474F}'),
    ('\u{4764}', '\u{4764}'),
    ('\u{477C}', '\u{477C}'),
    ('\u{4798}', '\u{47A6}'),
    ('\u{47D5}', '\u{47D5}'),
    ('\u{47ED}', '\u{4816}'),
    ('\u{4837}', '\u{485D}'),
    ('\u{4871}', '\u{4871}'),
    ('\u{489B}', '\u{489B}'),
    ('\u{48AD}', '\u{48B5}'),
    ('\u{48D0}', '\u{4953}'),
    ('\u{4965}', '\u{4972}'),
    ('\u{4989}', '\u{4989}'),
    ('\u{49A1}', '\u{49B0}'),
    ('\u{49DF}', '\u{49E7}'),
    ('\u{49FA}', '\u{4A35}'),
    ('\u{4A96}', '\u{4ABC}'),
    ('\u{4AD1}', '\u{4AD1}'),
    ('\u{4AE4}', '\u{4AE4}'),
    ('\u{4AFF}', '\u{4AFF}'),
    ('\u{4B10}', '\u{4B3B}'),
    ('\u{4B6F}', '\u{4B9D}'),
    ('\u{4BBD}', '\u{4BD2}'),
    ('\u{4BE8}', '\u{4BE8}'),
    ('\u{4C04}', '\u{4C20}'),
    ('\u{4C32}', '\u{4C5B}'),
    ('\u{4C6D}', '\u{4C85}'),
    ('\u{4CA4}', '\u{4CED}'),
    ('\u{4D07}', '\u{4D10}'),
    ('\u{4D34}', '\u{4D34}'),
    ('\u{4D76}', '\u{4D77}'),
    ('\u{4D89}', '\u{4D9C}'),
    ('\u{4E00}', '\u{9FA5}'),
    ('\u{F900}', '\u{FA2D}'),
    ('\u{FE30}', '\u{FE4F}'),
    ('\u{FF01}', '\u{FF9F}'),
    ('\u{FFE0}', '\u{FFE6}'),
];
