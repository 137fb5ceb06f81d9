//! What of a system message goes over the wire, and what is wrong with one.

use serde_json::{json, value::to_raw_value};

use super::{Section, SectionText, SystemMessage};

#[test]
fn every_mode_has_its_wire_form() {
    assert_eq!(SystemMessage::from("x").to_wire(), json!({"mode": "append", "content": "x"}));
    assert_eq!(
        SystemMessage::replace("x").content("y").to_wire(),
        json!({"mode": "replace", "content": "x\n\ny"})
    );
    assert_eq!(SystemMessage::customize().to_wire(), json!({"mode": "customize"}));
    assert_eq!(
        SystemMessage::customize()
            .replace_section(Section::Identity, "ID-REPLACED")
            .remove_section(Section::Tone)
            .append_to_section("guidelines", "G-APP")
            .prepend_to_section(Section::Safety, "S-PRE")
            .preserve_section(Section::CodeChangeRules)
            .transform_section(Section::Preamble, async |text: SectionText| text.content)
            .content("TAIL-CONTENT")
            .to_wire(),
        json!({"mode": "customize", "content": "TAIL-CONTENT", "sections": {
            "identity": {"action": "replace", "content": "ID-REPLACED"}, "tone": {"action": "remove"},
            "guidelines": {"action": "append", "content": "G-APP"},
            "safety": {"action": "prepend", "content": "S-PRE"}, "code_change_rules": {"action": "preserve"},
            "preamble": {"action": "transform"}}})
    );
    assert_eq!(
        SystemMessage::append("kept").remove_section(Section::Tone).to_wire(),
        json!({"mode": "customize", "content": "kept", "sections": {"tone": {"action": "remove"}}})
    );
}

#[test]
fn a_replaced_message_has_no_sections() {
    assert!(SystemMessage::append("x").remove_section(Section::Tone).check().is_empty());
    assert_eq!(
        SystemMessage::replace("x").remove_section(Section::Tone).content("y").check(),
        ["system_message: `replace(..)` leaves no sections to change: begin with `customize()`"]
    );
}

#[test]
fn changes_of_one_section_are_joined_or_named() {
    let message = SystemMessage::customize()
        .append_to_section(Section::Tone, "a")
        .append_to_section(Section::Tone, "b")
        .prepend_to_section(Section::Safety, "a")
        .prepend_to_section(Section::Safety, "b")
        .remove_section(Section::Preamble)
        .remove_section("preamble");
    assert_eq!(message.check(), [""; 0]);
    assert_eq!(
        message.to_wire()["sections"],
        json!({"tone": {"action": "append", "content": "a\n\nb"}, "safety": {"action": "prepend", "content": "b\n\na"},
            "preamble": {"action": "remove"}})
    );
    assert_eq!(
        message.remove_section(Section::Tone).replace_section(Section::Safety, "c").check(),
        [
            "system_message: the section `tone` is changed twice, by `append_to_section` and \
             `remove_section`: leave one out",
            "system_message: the section `safety` is changed twice, by `prepend_to_section` and \
             `replace_section`: leave one out",
        ]
    );
}

#[tokio::test]
async fn a_transform_gives_back_every_section_it_got() {
    let message = SystemMessage::customize()
        .transform_section(Section::Tone, async |text: SectionText| format!("T[{}]", text.section))
        .transform_section(Section::Safety, async |_| Err::<String, _>("no"))
        .transform_section(Section::Guidelines, async |_| -> String { panic!("no") });
    let params = json!({"sessionId": "s", "sections": {"tone": {"content": "a"}, "safety": {"content": "b"},
        "guidelines": {"content": "c"}, "preamble": {"content": "d"}, "custom_instructions": {"content": null}}});
    let params = to_raw_value(&params).expect("JSON is JSON");
    assert_eq!(
        message.transform(&"s".into(), &params).await.ok().map(|answer| answer.get().to_owned()),
        Some(json!({"sections": {"tone": {"content": "T[tone]"}, "safety": {"content": "b"},
            "guidelines": {"content": "c"}, "preamble": {"content": "d"}, "custom_instructions": {"content": ""}}}).to_string())
    );
}

#[test]
fn the_machine_is_not_described_unless_the_message_is_all_the_users() {
    let removed = json!({"environment_context": {"action": "remove"}});
    let wire = |message: SystemMessage| message.without_environment().to_wire();
    assert_eq!(wire(SystemMessage::customize()), json!({"mode": "customize", "sections": removed}));
    assert_eq!(
        wire("Be kind.".into()),
        json!({"mode": "customize", "content": "Be kind.", "sections": removed})
    );
    let own = SystemMessage::customize().preserve_section(Section::EnvironmentContext);
    assert_eq!(wire(own.clone()), own.to_wire());
    let replaced = SystemMessage::replace("Only this.");
    assert_eq!(wire(replaced.clone()), replaced.to_wire());
}
