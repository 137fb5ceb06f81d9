//! Questions of the agent to the user and to this program, asked by the real CLI.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail the test")]

use std::sync::{Arc, OnceLock};

use copilot_sdk::github_token::{GitHubTokenAnswer, GitHubTokenReason};
use copilot_sdk::interaction::{
    ElicitationAnswer, ElicitationMode, ExitPlanModeAction, ExitPlanModeAnswer, SlashCommand,
    UserInputAnswer,
};
use copilot_sdk::system_message::{Section, SystemMessage};
use copilot_sdk::testing::ModelReply;
use copilot_sdk::{ErrorKind, Provider, Session, Tool, ToolError, data, permission};
use copilot_sdk_tests::{PATIENCE, Stage};
use serde_json::{Value, json};

use super::mcp_server;

/// One turn in which the model asks the user; what it reads back.
async fn ask_user<F: Future<Output = Result<UserInputAnswer, String>> + Send + 'static>(
    handler: impl Fn(copilot_sdk::interaction::UserInputRequest) -> F + Send + Sync + 'static,
) -> String {
    let question =
        json!({"question": "Which color?", "choices": ["red", "blue"], "allow_freeform": true});
    let stage =
        Stage::shared([ModelReply::tool("ask_user", question), ModelReply::text("ok")]).await;
    let session = stage.session().on_user_input_request(handler).create().await.unwrap();
    assert_eq!(session.ask("go").await.unwrap().text(), "ok");
    let told = stage.model.requests()[1].tool_results()[0].text.clone();
    stage.stop().await;
    told
}

#[tokio::test]
async fn the_user_answers_by_choice_or_in_own_words_and_a_failing_handler_is_told() {
    let choice = ask_user(|question| async move {
        assert_eq!((&*question.question, question.allow_freeform), ("Which color?", true));
        Ok(question.answer(&question.choices[1]))
    });
    let words = ask_user(|_| async { Ok(UserInputAnswer::text("something warm")) });
    let failing = ask_user(|_| async { Err("a secret of the terminal".to_owned()) });
    let (choice, words, failing) = tokio::join!(choice, words, failing);
    assert_eq!(choice, "User selected: blue");
    assert_eq!(words, "User responded: something warm");
    assert!(!failing.contains("secret"), "{failing}");
    assert!(failing.contains("unable to respond"), "{failing}");
}

#[tokio::test]
async fn without_a_handler_the_agent_cannot_ask() {
    let stage = Stage::shared([ModelReply::text("ok")]).await;
    stage.session().create().await.unwrap().ask("go").await.unwrap();
    assert!(!stage.model.requests()[0].tool_names().contains(&"ask_user"));
    stage.stop().await;
}

#[data]
#[derive(Debug, PartialEq)]
struct Paint {
    /// What color it has.
    color: Color,
    #[schemars(range(max = 3))]
    coats: Option<u8>,
}

#[data]
#[derive(Debug, PartialEq)]
enum Color {
    Red,
    Blue,
}

#[tokio::test]
async fn forms_of_this_program_are_shown_by_its_own_handler() {
    let stage = Stage::shared([]).await;
    let session = stage.session().on_elicitation(|form| async move {
        assert_eq!(form.mode, ElicitationMode::Form);
        tokio::task::yield_now().await;
        match &*form.message {
            "sure?" => ElicitationAnswer::accept([("confirmed", true)]),
            "which?" => ElicitationAnswer::accept([("selection", "b")]),
            "name?" => ElicitationAnswer::accept([("value", "Ada")]),
            "paint?" => {
                let schema = form.requested_schema.unwrap();
                assert_eq!(schema["required"], json!(["color"]), "{schema}");
                ElicitationAnswer::accept([("color", "Blue")])
            }
            "misfit?" => {
                ElicitationAnswer::accept([("color", json!("Green")), ("coats", json!(10))])
            }
            "too much?" => {
                ElicitationAnswer::accept([("color", json!("Blue")), ("coats", json!(10))])
            }
            _ => ElicitationAnswer::Decline,
        }
    });
    let session = session.create().await.unwrap();
    let ui = session.ui();
    assert!(ui.is_available());
    assert!(ui.confirm("sure?").await.unwrap());
    assert!(!ui.confirm("really?").await.unwrap());
    assert_eq!(ui.select("which?", ["a", "b"]).await.unwrap().as_deref(), Some("b"));
    assert_eq!(ui.select("which one?", ["a", "b"]).await.unwrap(), None);
    assert_eq!(ui.input("name?").await.unwrap().as_deref(), Some("Ada"));
    assert_eq!(
        ui.elicit::<Paint>("paint?").await.unwrap(),
        Some(Paint { color: Color::Blue, coats: None })
    );
    assert_eq!(ui.elicit::<Paint>("later?").await.unwrap(), None);
    let misfit = ui.elicit::<Paint>("misfit?").await.unwrap_err();
    assert_eq!((misfit.kind(), misfit.session_id()), (ErrorKind::Protocol, Some(session.id())));
    let too_much = ui.elicit::<Paint>("too much?").await.unwrap_err();
    assert_eq!(
        [misfit.to_string(), too_much.to_string()],
        [
            "the form was answered with fields that do not fit: coats: expected at most 3, given \
             10; color: expected one of \"Red\", \"Blue\", given \"Green\"",
            "the form was answered with fields that do not fit: coats: expected at most 3, given \
             10",
        ]
    );
    let wrong = ui.select("which?", ["x", "y"]).await.unwrap_err();
    assert_eq!(
        wrong.to_string(),
        "the form was answered with `b`, which is not one of the options"
    );
    stage.stop().await;
}

#[tokio::test]
async fn a_form_of_an_mcp_server_is_shown_and_its_answer_goes_back() {
    let stage =
        Stage::shared([ModelReply::tool("srv-echo", json!({})), ModelReply::text("ok")]).await;
    let session =
        stage.session().permissions(permission::approve_all()).on_elicitation(|form| async move {
            assert_eq!(
                (&*form.message, form.elicitation_source.as_deref()),
                ("Which?", Some("srv"))
            );
            ElicitationAnswer::accept([("color", "blue")])
        });
    let session = session.create().await.unwrap();
    let ask = r#"
        printf '{"jsonrpc":"2.0","id":"form","method":"elicitation/create","params":{"message":"Which?","requestedSchema":{"type":"object","properties":{"color":{"type":"string"}}}}}\n'
        read -r answer
        case "$answer" in *'"color":"blue"'*) text painted ;; *) text "$(printf '%s' "$answer" | tr -d '"')" ;; esac"#;
    mcp_server::start(&stage, &session, ask).await;
    assert_eq!(session.ask("go").await.unwrap().tool_calls()[0].output, "painted");
    stage.stop().await;
}

/// The CLI would never answer: the question must not be sent.
#[tokio::test]
async fn where_nobody_shows_forms_the_user_cannot_be_asked() {
    let stage = Stage::new([]).await;
    let session = stage.session().create().await.unwrap();
    assert!(!session.ui().is_available());
    let error = session.ui().confirm("sure?").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("on_elicitation"), "{error}");
    // Asked by hand it is cancelled, because nobody else can show it.
    let form = json!({"sessionId": session.id(), "message": "sure?",
        "requestedSchema": {"type": "object", "properties": {"confirmed": {"type": "boolean"}}}});
    let answer: Value =
        tokio::time::timeout(PATIENCE, stage.client.call("session.ui.elicitation", form))
            .await
            .expect("it is answered")
            .unwrap();
    assert_eq!(answer, json!({"action": "cancel"}));
    stage.stop().await;
}

#[tokio::test]
async fn a_tool_may_wait_for_a_form_and_a_failing_handler_cancels_it() {
    let place: Arc<OnceLock<Session>> = Arc::default();
    let seen = place.clone();
    let deploy = Tool::new("deploy").description("Deploys").raw_handler(move |_| {
        let session = seen.get().cloned();
        async move {
            let session = session.ok_or_else(|| ToolError::new("no session"))?;
            let sure = session
                .ui()
                .confirm("sure?")
                .await
                .map_err(|error| ToolError::new(error.to_string()))?;
            let who = session
                .ui()
                .input("who?")
                .await
                .map_err(|error| ToolError::new(error.to_string()))?;
            Ok::<_, ToolError>(format!("{sure} {who:?}"))
        }
    });
    let stage =
        Stage::shared([ModelReply::tool("deploy", json!({})), ModelReply::text("ok")]).await;
    let session = stage.session().tool(deploy).on_elicitation(|form| async move {
        assert!(form.message == "sure?", "a bug in the dialog");
        ElicitationAnswer::accept([("confirmed", true)])
    });
    let session = session.create().await.unwrap();
    assert!(place.set(session.clone()).is_ok());
    let reply = session.ask("go").await.unwrap();
    assert_eq!(
        reply.tool_calls()[0].output,
        "true None",
        "a panic in the handler cancels the form"
    );
    stage.stop().await;
}

#[tokio::test]
async fn a_form_that_is_open_when_the_session_ends_is_over() {
    let stage = Stage::shared([]).await;
    let (say, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let session = stage.session().on_elicitation(move |_| {
        let say = say.clone();
        async move {
            let _open = Signal(say.clone());
            let _ = say.send("open");
            std::future::pending::<ElicitationAnswer>().await
        }
    });
    let session = session.create().await.unwrap();
    let end = async {
        assert_eq!(heard.recv().await, Some("open"));
        session.disconnect().await.unwrap();
        assert_eq!(heard.recv().await, Some("dropped"), "its handler is dropped");
    };
    let (answer, ()) = tokio::join!(session.ui().confirm("sure?"), end);
    match answer {
        Ok(confirmed) => assert!(!confirmed, "the CLI cancels it"),
        // The CLI's cancellation may also come behind the end of the session.
        Err(error) => assert_eq!(error.kind(), ErrorKind::Closed),
    }
    stage.stop().await;
}

/// Says when it is dropped.
struct Signal(tokio::sync::mpsc::UnboundedSender<&'static str>);

impl Drop for Signal {
    fn drop(&mut self) {
        let _ = self.0.send("dropped");
    }
}

#[tokio::test]
async fn a_plan_is_approved_or_sent_back_by_the_user() {
    let plan = || {
        ModelReply::tool(
            "exit_plan_mode",
            json!({"summary": "my plan", "actions": ["interactive"], "recommendedAction": "interactive"}),
        )
    };
    let stage = Stage::shared([plan(), plan(), plan(), ModelReply::text("off I go")]).await;
    let round = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let session =
        stage.session().on_exit_plan_mode(move |plan| {
            let round = round.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            async move {
                assert_eq!(plan.summary, "my plan");
                match round {
                    0 => Ok(ExitPlanModeAnswer::reject("more tests, please")),
                    1 => Err("the terminal is gone"),
                    _ => Ok(ExitPlanModeAnswer::approve()
                        .selected_action(ExitPlanModeAction::Interactive)),
                }
            }
        });
    let session = session.create().await.unwrap();
    let mode = json!({"sessionId": session.id(), "mode": "plan"});
    stage.client.call::<Value>("session.mode.set", mode).await.unwrap();
    let reply = session.ask("plan it").await.unwrap();
    assert_eq!(reply.text(), "off I go");
    let last = stage.model.requests().last().unwrap().tool_results();
    let read: Vec<_> = last.iter().map(|result| result.text.as_str()).collect();
    assert!(read[0].contains("more tests, please"), "{read:?}");
    assert!(read[1].contains("nobody could be asked about this plan"), "{read:?}");
    assert!(read[2].contains("approved"), "{read:?}");
    stage.stop().await;
}

#[tokio::test]
async fn slash_commands_run_and_their_errors_reach_who_called() {
    let stage = Stage::shared([]).await;
    let (say, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let deploy = SlashCommand::new("deploy", move |call| {
        let say = say.clone();
        async move {
            let _ = say.send((call.command, call.args.clone()));
            if call.args == "prod" { Ok(()) } else { Err("there is only prod") }
        }
    });
    let session = stage.session().command(deploy.description("Deploy")).create().await.unwrap();
    let invoke = async |input: &str| {
        let params = json!({"sessionId": session.id(), "name": "deploy", "input": input});
        stage.client.call::<Value>("session.commands.invoke", params).await
    };
    assert_eq!(invoke("prod").await.unwrap(), json!({"kind": "completed"}));
    assert_eq!(heard.recv().await, Some(("/deploy prod".to_owned(), "prod".to_owned())));
    let refused = invoke("moon").await;
    let text = format!("{refused:?}");
    assert!(text.contains("there is only prod"), "{text}");
    stage.stop().await;
}

#[tokio::test]
async fn sections_of_the_system_message_are_transformed_and_a_failing_transform_leaves_them() {
    let stage = Stage::shared([ModelReply::text("ok")]).await;
    let message = SystemMessage::customize()
        .transform_section(Section::Preamble, |section| async move {
            format!("Hear ye! {}", section.content)
        })
        .transform_section(Section::Tone, |_| async { Err::<String, _>("no tone today") })
        .transform_section(Section::Identity, |section| async move { section.content + " SEEN" });
    let session = stage.session().system_message(message).create().await.unwrap();
    session.ask("go").await.unwrap();
    let system = stage.model.requests()[0].system();
    assert!(system.contains("Hear ye! You are GitHub Copilot"), "{system}");
    assert!(system.contains("Tone and style") && system.contains(" SEEN"), "{system}");
    stage.stop().await;
}

#[tokio::test]
async fn the_bearer_token_of_each_model_request_comes_from_the_callback() {
    let stage = Stage::shared([ModelReply::tool("hello", json!({})), ModelReply::text("ok")]).await;
    let hello = Tool::new("hello").description("Greets").raw_handler(|_| async { "hi" });
    let number = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let provider = Provider::openai(stage.model.base_url()).on_bearer_token(move |request| {
        let number = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        async move {
            assert_eq!(request.provider_name, "default");
            format!("token-{number}")
        }
    });
    let session = stage
        .client
        .session()
        .model("scripted")
        .provider(provider)
        .tool(hello)
        .create()
        .await
        .unwrap();
    session.ask("go").await.unwrap();
    let requests = stage.model.requests();
    let tokens: Vec<_> = requests.iter().map(|request| request.header("authorization")).collect();
    assert_eq!(tokens, [Some("Bearer token-0"), Some("Bearer token-1")]);
    stage.stop().await;
}

/// The CLI asks during the creation of the session; what follows a good token needs GitHub itself.
#[tokio::test]
async fn a_github_token_is_asked_for_while_the_session_is_created() {
    let stage = Stage::shared([]).await;
    let (say, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let session = stage.client.session().session_id("mine").on_github_token(move |request| {
        let _ = say.send(request.clone());
        async move { GitHubTokenAnswer::cancelled() }
    });
    for again in [session.clone(), session] {
        let error = again.create().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rpc, "{error}");
        let asked = heard.recv().await.expect("the CLI asked");
        assert_eq!((asked.session_id.as_str(), asked.reason), ("mine", GitHubTokenReason::Initial));
        assert!(asked.host.contains("github.com"), "{}", asked.host);
    }
    stage.stop().await;
}

#[tokio::test]
async fn commands_with_bad_names_and_contradictions_are_found_before_anything_is_sent() {
    let stage = Stage::shared([]).await;
    let error = stage
        .session()
        .command(SlashCommand::new("/deploy", async |_| {}))
        .system_message(SystemMessage::replace("all mine").remove_section(Section::Tone))
        .on_github_token(async |_| GitHubTokenAnswer::cancelled())
        .create()
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.problems().len()), (ErrorKind::Config, 3), "{error}");
    stage.stop().await;
}
