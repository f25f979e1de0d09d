//! The letters that examples, tests and benches share.

use letter::{Block, Language, Letter, LetterDate, Letterhead, Level, Recipient, Run};

/// A paragraph of plain text.
pub(crate) fn p(text: &str) -> Block {
    Block::Paragraph(vec![Run::regular(text)])
}

fn item(text: &str) -> Vec<Block> {
    vec![p(text)]
}

fn heading(level: Level, text: &str) -> Block {
    Block::Heading(level, vec![Run::regular(text)])
}

/// The practice all of them are from.
pub(crate) fn letterhead() -> Letterhead {
    Letterhead {
        practice: "Riverside Family Practice".to_owned(),
        logo: None,
        site: Some("Marrickville".to_owned()),
        address: vec!["Level 1, 214 Illawarra Road".to_owned(), "Marrickville NSW 2204".to_owned()],
        phone: Some("(02) 5550 1234".to_owned()),
        email: Some("reception@riverside.example".to_owned()),
    }
}

/// A letter with nothing in it yet but a recipient.
pub(crate) fn letter_to(name: &str, body: Vec<Block>) -> Letter {
    Letter {
        letterhead: letterhead(),
        date: LetterDate { text: "14 March 2026".to_owned(), year: 2026, month: 3, day: 14 },
        reference: Some("Our ref: RFP-20417".to_owned()),
        running: None,
        recipient: Recipient {
            name: name.to_owned(),
            address: vec![
                "Unit 3, 17 Wattle Street".to_owned(),
                "MARRICKVILLE NSW 2204".to_owned(),
            ],
        },
        subject: Some("Your cervical screening test is due".to_owned()),
        body,
        language: Language::parse("en-AU").expect("a language tag"),
    }
}

/// One page: three paragraphs of about 230 words and four items.
pub(crate) fn plain() -> Letter {
    letter_to(
        "Ms Alexandra Papadopoulos",
        vec![
            p("Dear Alexandra,"),
            p(
                "Our records show that it is almost five years since your last cervical screening test, so your next one is now due. The test looks for human papillomavirus, a common infection that can, over many years, lead to changes in the cells of the cervix. Most people who have the virus never have any trouble from it, and a regular test is the best way to find the few who need care early, long before anything is felt. Having the test every five years is one of the simplest things you can do for your health.",
            ),
            p(
                "You can choose how you would like to have it. Dr Nguyen or one of our practice nurses can take the sample during a short appointment, or you can take it yourself, in private, with a small swab. Both ways are equally accurate. The appointment takes about fifteen minutes, and there is no cost to you with a Medicare card. Please tell us beforehand if you would like an interpreter, a longer appointment, or someone to be with you.",
            ),
            p(
                "To book, call us on (02) 5550 1234 or use the booking page on our website. When you come, please bring:",
            ),
            Block::BulletList(vec![
                item("your Medicare card and any concession card;"),
                item("a list of the medicines you take at present;"),
                item("the results of earlier tests, if you had them elsewhere;"),
                item("this letter, so that we can find your record quickly."),
            ]),
            p(
                "If you have had this test in the meantime, or have decided not to have it, please let us know, and we will not write to you about it again.",
            ),
            p("Yours sincerely,"),
            p("\n\nDr Mai Nguyen\nRiverside Family Practice"),
        ],
    )
}

/// Two pages and more, with headings, lists in lists, and bold.
pub(crate) fn long() -> Letter {
    let mut letter = letter_to(
        "Mr Jonathan Featherstonehaugh-Cholmondeley",
        vec![
            p("Dear Mr Featherstonehaugh-Cholmondeley,"),
            Block::Paragraph(vec![
                Run::regular("Thank you for coming in on "),
                Run::bold("Tuesday 10 March 2026"),
                Run::regular(
                    ". This letter sets out what we talked about, what happens next, and what we ask you to do. Please keep it, and bring it along to your next appointment on ",
                ),
                Run::bold("Thursday 9 April 2026 at 2:30 pm"),
                Run::regular("."),
            ]),
            heading(Level::One, "What your results say"),
            p(
                "Your average blood sugar over the last three months (HbA1c) is 58 mmol/mol, or 7.5%. That is a little above the range we agreed on, and better than the 64 mmol/mol of last September. Your blood pressure was 138/84 at rest. Your kidneys work well: the eGFR is above 90, and there is no protein in the sample. Your feet were examined, and feeling and pulses are normal on both sides.",
            ),
            p(
                "Your cholesterol has gone down since you began the new tablet: the LDL is now 1.9 mmol/L. There is no reason to change it.",
            ),
            heading(Level::One, "What we agreed"),
            Block::NumberedList {
                start: 1,
                items: vec![
                    vec![Block::Paragraph(vec![
                        Run::bold("Medicines. "),
                        Run::regular(
                            "Keep taking metformin, and take the evening tablet with your meal rather than after it. If your stomach is upset for more than three days, call us before you stop.",
                        ),
                    ])],
                    vec![
                        Block::Paragraph(vec![
                            Run::bold("Measuring at home. "),
                            Run::regular("Please measure your blood pressure for one week:"),
                        ]),
                        Block::BulletList(vec![
                            item("twice in the morning, before breakfast and before your tablets;"),
                            item(
                                "twice in the evening, sitting for five minutes first, with your arm resting on the table at the height of your heart;",
                            ),
                            item("write all four numbers down each day."),
                        ]),
                        p(
                            "You can reply to our text message with the numbers, and they will go straight into your record.",
                        ),
                    ],
                    vec![Block::Paragraph(vec![
                        Run::bold("Eyes. "),
                        Run::regular(
                            "You have not had your eyes checked for two years. A referral to Marrickville Optometry is with this letter. The check is free with your Medicare card; somebody else should drive you home, because the drops blur your sight for some hours.",
                        ),
                    ])],
                    vec![Block::Paragraph(vec![
                        Run::bold("Walking. "),
                        Run::regular(
                            "You said that twenty minutes after dinner would suit you. That is a good beginning: even ten minutes after a meal lowers the sugar in your blood that follows it.",
                        ),
                    ])],
                ],
            },
            heading(Level::One, "When to call us sooner"),
            p("Call us on (02) 5550 1234 the same day if you have any of these:"),
            Block::BulletList(vec![
                item("a sore or blister on a foot that does not look better after two days;"),
                item(
                    "blood pressure above 180 for the upper or 110 for the lower number, measured twice, ten minutes apart;",
                ),
                item("vomiting that keeps you from holding down fluids or tablets;"),
                item("blurred sight that does not pass."),
            ]),
            Block::Paragraph(vec![
                Run::bold("In an emergency call 000. "),
                Run::regular(
                    "Chest pain, sudden weakness on one side, or trouble speaking is an emergency, whatever the time of day.",
                ),
            ]),
            heading(Level::One, "Your plan for the year"),
            heading(Level::Two, "Every three months"),
            p(
                "A blood test in the week before, and an appointment with Dr Nguyen. We will remind you by text message two weeks and two days before each of them. You can change how you are reminded at any time: tell reception, or reply to any of our messages.",
            ),
            heading(Level::Two, "Once a year"),
            p(
                "Feet, eyes, kidneys, and a look at all your medicines together with the pharmacist. The care plan itself is reviewed every year in March. More about the plan, with the recordings of the talks you asked about, is at https://www.riverside.example/patients/long-term-conditions/type-2-diabetes/care-plans-and-reviews-explained-2026.",
            ),
            p(
                "If anything in this letter is not as you remember it, please tell us; we would rather hear it twice than not at all.",
            ),
            p("Yours sincerely,"),
            p("\n\nDr Mai Nguyen\nRiverside Family Practice"),
        ],
    );
    letter.subject = Some("Your diabetes care plan, March 2026".to_owned());
    letter.recipient.address = vec![
        "c/o Wattle Gardens Retirement Village".to_owned(),
        "Unit 3, 17 Wattle Street".to_owned(),
        "MARRICKVILLE NSW 2204".to_owned(),
    ];
    letter
}

/// Names in many scripts.
pub(crate) fn names() -> Letter {
    let mut letter = letter_to(
        "فاطمة الزهراء عبد الرحمن",
        vec![
            p("Dear فاطمة الزهراء,"),
            p(
                "Please let the members of your household know that their influenza vaccinations are booked for Saturday 18 April 2026, from 9:00 am:",
            ),
            Block::BulletList(
                vec![
                    Block::Paragraph(vec![
                        Run::bold("محمد علي"),
                        Run::regular(" (9:00 am) and "),
                        Run::bold("ליאורה כהן"),
                        Run::regular(" (9:10 am)"),
                    ]),
                    Block::Paragraph(vec![
                        Run::bold("Nguyễn Thị Phượng"),
                        Run::regular(" and Trần Đức Ưng (9:20 am)"),
                    ]),
                    Block::Paragraph(vec![
                        Run::bold("สมศักดิ์ ศรีสุวรรณ"),
                        Run::regular(" and น้ำผึ้ง ใจดี (9:30 am)"),
                    ]),
                    Block::Paragraph(vec![
                        Run::bold("王小明"),
                        Run::regular(" and 歐陽美玲, 山田 花子, 김민준 (9:40 am)"),
                    ]),
                    Block::Paragraph(vec![
                        Run::bold("अनुष्का शर्मा"),
                        Run::regular(" and குமார் செல்வம், শ্রেয়া বন্দ্যোপাধ্যায় (9:50 am)"),
                    ]),
                    Block::Paragraph(vec![
                        Run::bold("Ольга Ковальчук"),
                        Run::regular(
                            ", Γιώργος Παπαδόπουλος, Անի Հակոբյան, ნინო ბერიძე (10:00 am)",
                        ),
                    ]),
                    Block::Paragraph(vec![
                        Run::bold("සුනිල් පෙරේරා"),
                        Run::regular(", ကျော်ကျော်, សុខា, ສົມພອນ, አበበ ቢቂላ (10:10 am)"),
                    ]),
                    Block::Paragraph(vec![
                        Run::bold("ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ"),
                        Run::regular(", પટેલ મીનાક્ષી, లక్ష్మి, ಕಾವ್ಯ, ലക്ഷ്മി, བསྟན་འཛིན (10:20 am)"),
                    ]),
                ]
                .into_iter()
                .map(|block| vec![block])
                .collect(),
            ),
            p("Please bring a Medicare card for everyone. يرجى الاتصال بنا."),
            p(
                "عزيزتي فاطمة، موعدك للتطعيم ضد الإنفلونزا يوم السبت 18 أبريل 2026 الساعة 9:00 صباحًا في عيادة Riverside Family Practice. إذا كنت بحاجة إلى مترجم، فيرجى الاتصال بنا على الرقم (02) 5550 1234 قبل الموعد بيومين على الأقل. يرجى إحضار:",
            ),
            Block::NumberedList {
                start: 1,
                items: vec![
                    item("بطاقة Medicare الخاصة بك؛"),
                    item(
                        "قائمة بالأدوية التي تتناولينها حاليًا، بما في ذلك الأدوية التي تُصرف بدون وصفة طبية والمكملات الغذائية والأعشاب.",
                    ),
                ],
            },
            p(
                "กรุณามาถึงก่อนเวลานัดสิบนาที หากท่านต้องการล่ามหรือไม่สามารถมาตามนัดได้ กรุณาโทรศัพท์แจ้งคลินิกที่หมายเลข (02) 5550 1234 ล่วงหน้าอย่างน้อยสองวันทำการ",
            ),
            p(
                "请提前十分钟到达。如需口译员或无法如约前来，请至少提前两个工作日致电诊所，电话号码是 (02) 5550 1234。谢谢您的配合。",
            ),
            p("Yours sincerely,"),
            p("\nDr Mai Nguyen\nRiverside Family Practice"),
        ],
    );
    letter.subject = Some("Your family’s influenza vaccinations".to_owned());
    letter
}

/// The three, with the names of their files.
pub(crate) fn all() -> Vec<(&'static str, Letter)> {
    vec![("plain", plain()), ("long", long()), ("names", names())]
}
