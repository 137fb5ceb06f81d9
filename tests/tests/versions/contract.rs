//! What is tried on each version.

use std::pin::Pin;
use std::sync::{Arc, Mutex};

use copilot_sdk::event::{EventData, SessionMode};
use copilot_sdk::hook::{PreToolUse, PreToolUseOutput};
use copilot_sdk::interaction::{UserInputAnswer, UserInputRequest};
use copilot_sdk::permission::{self, PermissionDecision, PermissionRequest};
use copilot_sdk::session::Reply;
use copilot_sdk::tool::ToolInvocation;
use copilot_sdk::{ErrorKind, Result, Tool, tool, tools};

use crate::subject::Stage;

/// One promise, as a column of the table.
pub(crate) struct Contract {
    pub(crate) name: &'static str,
    /// Whether the client is of no use any more.
    pub(crate) ends_client: bool,
    pub(crate) run: for<'a> fn(&'a Stage) -> Run<'a>,
}

type Run<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

pub(crate) const CONTRACTS: &[Contract] = &[
    Contract { name: "own tools", ends_client: false, run: |stage| Box::pin(own_tools(stage)) },
    Contract { name: "streaming", ends_client: false, run: |stage| Box::pin(streaming(stage)) },
    Contract { name: "queue", ends_client: false, run: |stage| Box::pin(queue(stage)) },
    Contract { name: "history", ends_client: false, run: |stage| Box::pin(history(stage)) },
    Contract { name: "hooks", ends_client: false, run: |stage| Box::pin(hooks(stage)) },
    Contract { name: "permissions", ends_client: false, run: |stage| Box::pin(permissions(stage)) },
    Contract { name: "questions", ends_client: false, run: |stage| Box::pin(questions(stage)) },
    Contract { name: "abort", ends_client: false, run: |stage| Box::pin(abort(stage)) },
    Contract { name: "resume", ends_client: true, run: |stage| Box::pin(resume(stage)) },
    Contract {
        name: "pending work",
        ends_client: true,
        run: |stage| Box::pin(pending_work(stage)),
    },
    Contract { name: "mode", ends_client: false, run: |stage| Box::pin(mode(stage)) },
    Contract {
        name: "changing tools",
        ends_client: false,
        run: |stage| Box::pin(changing_tools(stage)),
    },
    Contract { name: "compaction", ends_client: false, run: |stage| Box::pin(compaction(stage)) },
    Contract {
        name: "tool filters",
        ends_client: false,
        run: |stage| Box::pin(tool_filters(stage)),
    },
];

/// Measures something.
#[tool]
async fn measure(
    /// What to measure.
    what: String,
) -> String {
    format!("12 inches of {what}")
}

async fn own_tools(stage: &Stage) -> Result<()> {
    let session = stage.session().tools(tools![measure]).create().await?;
    let reply = session.ask("do measure!").await?;
    assert_eq!(reply.text(), "result: 12 inches of the table");
    assert_eq!(reply.tool_calls().len(), 1);
    assert!(reply.tool_calls().iter().all(|call| call.success));
    session.disconnect().await
}

async fn streaming(stage: &Stage) -> Result<()> {
    let session = stage.session().streaming(true).create().await?;
    let mut events = session.events();
    let mut turn = session.stream("say hello!").await?;
    let mut deltas = String::new();
    while let Some(event) = turn.next().await {
        if let EventData::AssistantMessageDelta(delta) = &event?.data {
            deltas.push_str(&delta.delta_content);
        }
    }
    assert_eq!((turn.reply().await?.text(), &*deltas), ("echo of hello", "echo of hello"));
    loop {
        let event = events.next().await.expect("the session is open")?;
        if event.event_type() == "session.idle" {
            return Ok(());
        }
    }
}

async fn queue(stage: &Stage) -> Result<()> {
    let session = stage.session().create().await?;
    let asks = ["say one!", "say two!", "say two!", "say three!"].map(|prompt| session.ask(prompt));
    let [one, two, again, three] = asks;
    let replies = tokio::try_join!(one, two, again, three)?;
    let texts = [replies.0, replies.1, replies.2, replies.3].map(Reply::into_text);
    assert_eq!(texts, ["echo of one", "echo of two", "echo of two", "echo of three"]);
    assert_eq!(session.ask("say four!").await?.text(), "echo of four");
    Ok(())
}

async fn history(stage: &Stage) -> Result<()> {
    let session = stage.session().create().await?;
    session.ask("say remember!").await?;
    let history = session.history().await?;
    let said: Vec<_> = history
        .iter()
        .filter_map(|event| match &event.data {
            EventData::UserMessage(message) => Some(message.content.as_str()),
            EventData::AssistantMessage(message) => Some(message.content.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(said, ["say remember!", "echo of remember"]);
    Ok(())
}

async fn hooks(stage: &Stage) -> Result<()> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let calls = Arc::clone(&seen);
    let deny = move |call: PreToolUse| {
        calls.lock().unwrap().push((call.tool_name.clone(), call.tool_args.clone()));
        async move { PreToolUseOutput::deny("not today") }
    };
    let session = stage.session().tools(tools![measure]).on_pre_tool_use(deny).create().await?;
    let reply = session.ask("do measure!").await?;
    assert!(reply.text().contains("not today"), "{reply}");
    let seen = seen.lock().unwrap().clone();
    assert_eq!(seen, [("measure".to_owned(), serde_json::json!({"what": "the table"}))]);
    Ok(())
}

async fn permissions(stage: &Stage) -> Result<()> {
    let made = stage.place.work().join("made.txt");
    let denied = stage.session().create().await?;
    let reply = denied.ask("do shell!").await?;
    assert!(reply.text().starts_with("result: "), "the turn goes on: {reply}");
    assert!(!made.exists());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let requests = Arc::clone(&asked);
    let policy = permission::ask(move |request: PermissionRequest| {
        requests.lock().unwrap().push(request.kind().to_owned());
        async { PermissionDecision::ApproveOnce }
    });
    let allowed = stage.session().permissions(policy).create().await?;
    allowed.ask("do shell!").await?;
    assert!(made.exists());
    assert_eq!(*asked.lock().unwrap(), ["shell"]);
    let no = permission::ask(|_| async { PermissionDecision::reject("ask me tomorrow") });
    let session = stage.session().tools(tools![measure]).permissions(no).create().await?;
    let reply = session.ask("do measure!").await?;
    assert!(!reply.text().contains("inches"), "an own tool is asked about, too: {reply}");
    Ok(())
}

async fn questions(stage: &Stage) -> Result<()> {
    let answer = |question: UserInputRequest| async move {
        assert_eq!(question.question, "Which color?");
        UserInputAnswer::text("blue")
    };
    let session = stage.session().on_user_input_request(answer).create().await?;
    let reply = session.ask("do question!").await?;
    assert!(reply.text().contains("blue"), "{reply}");
    Ok(())
}

async fn abort(stage: &Stage) -> Result<()> {
    let session = stage.session().create().await?;
    let mut turn = session.stream("do slow!").await?;
    while let Some(event) = turn.next().await {
        if matches!(event?.data, EventData::AssistantTurnStart(_)) {
            break;
        }
    }
    assert!(session.is_busy());
    session.abort().await?;
    let error = turn.reply().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert_eq!(session.ask("say next!").await?.text(), "echo of next");
    Ok(())
}

async fn resume(stage: &Stage) -> Result<()> {
    let session = stage.session().session_id("kept").create().await?;
    session.ask("say before!").await?;
    session.disconnect().await?;
    let error = stage.session().resume("never-was").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let session = stage.session().resume("kept").await?;
    assert_eq!(session.ask("say after!").await?.text(), "echo of after");
    session.disconnect().await?;
    stage.client.stop().await?;
    let client = stage.another_client().await?;
    let session = stage.session_of(&client).resume("kept").await?;
    session.ask("say later!").await?;
    let prompts = session.history().await?;
    let prompts = prompts.iter().filter(|event| event.event_type() == "user.message").count();
    assert_eq!(prompts, 3);
    client.stop().await
}

/// A call that was open when the CLI was killed is answered by the next one, or told to be lost.
async fn pending_work(stage: &Stage) -> Result<()> {
    let stuck = Tool::new("measure").description("Measures something");
    let stuck = stuck.raw_handler(|_: ToolInvocation| std::future::pending::<String>());
    let session = stage.session().session_id("work").tool(stuck).create().await?;
    session.send("do measure!").await?;
    copilot_sdk_tests::until_on_disk(&session, "tool.execution_start").await;
    stage.client.force_stop().await?;
    let client = stage.another_client().await?;
    let builder = stage.session_of(&client).tools(tools![measure]).continue_pending_work(true);
    let session = builder.resume("work").await?;
    if let Some(turn) = session.resumed_turn() {
        assert_eq!(turn.reply().await?.text(), "result: 12 inches of the table");
    }
    assert_eq!(session.ask("say next!").await?.text(), "echo of next");
    client.stop().await
}

async fn mode(stage: &Stage) -> Result<()> {
    let session = stage.session().create().await?;
    session.set_mode(SessionMode::Plan).await?;
    assert_eq!(session.mode().await?, SessionMode::Plan);
    Ok(())
}

async fn changing_tools(stage: &Stage) -> Result<()> {
    let session = stage.session().create().await?;
    session.set_tools(measure::tool()).await?;
    assert_eq!(session.ask("do measure!").await?.text(), "result: 12 inches of the table");
    Ok(())
}

async fn compaction(stage: &Stage) -> Result<()> {
    let session = stage.session().create().await?;
    session.ask("say one!").await?;
    session.compact().await?;
    assert_eq!(session.ask("say two!").await?.text(), "echo of two");
    Ok(())
}

async fn tool_filters(stage: &Stage) -> Result<()> {
    let session = stage.session().tools(tools![measure]).excluded_tools(["builtin:bash"]);
    let session = session.create().await?;
    session.ask("say hello!").await?;
    let requests = stage.model.requests();
    let offered = requests.last().expect("a request").tool_names();
    assert!(offered.contains(&"measure") && !offered.contains(&"bash"), "{offered:?}");
    Ok(())
}
