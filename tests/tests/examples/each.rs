//! What each example prints.

use super::run;

#[tokio::test]
async fn quickstart() {
    let forecast =
        r#"{"city":"Lisbon","days_ahead":1}) -> {"summary":"sunny in Lisbon, 1 days from now","#;
    let printed = run("quickstart", &[], "").await;
    for line in [
        "[get_weather] [read_file] No rain in Lisbon tomorrow, so leave the coat; and this is a \
         Cargo workspace.",
        &format!("tool     get_weather({forecast}\"high_celsius\":18.5}}"),
        r#"tool     read_file({"path":"Cargo.toml"}) -> [workspace]"#,
        "tokens   950 read, 21 written",
        "stopped  no process is left behind",
    ] {
        assert!(printed.lines().any(|printed| printed == line), "{line}\nis not in\n{printed}");
    }
}

#[tokio::test]
async fn chat_shows_each_reply_until_the_input_ends() {
    assert_eq!(
        run("chat", &[], "hello\nand again\n").await,
        "\nyou      agent    You said: hello (prompt 1 of this conversation)\n         (90 tokens \
         read, 12 written)\n\
         \nyou      agent    You said: and again (prompt 2 of this conversation)\n         (90 \
         tokens read, 12 written)\n\
         \nyou      \nbye"
    );
}

#[tokio::test]
async fn hooks_deny_redact_and_record() {
    assert_eq!(
        run("hooks", &[], "").await,
        "model read: Denied by preToolUse hook: only SELECT is allowed here
model read: 1 row for `SELECT * FROM customers`: name=Ada, email=***
reply       There is one customer. I was not allowed to delete it.

the record of the policy:
  denied   DELETE FROM customers
  ran      SELECT * FROM customers
  ended    user_exit"
    );
}

#[tokio::test]
async fn permissions_are_the_persons_to_give() {
    let questions = "the agent wants to run: echo hello > greeting.txt\nallow it? [y/n] \
                     the agent wants to run: rm -rf greeting.txt\nallow it? [y/n] ";
    let work = |wrote: &str, removed: &str, file: &str| {
        format!(
            r#"ran     {{"command":"pwd","description":"work","mode":"sync"}}
{wrote}  {{"command":"echo hello > greeting.txt","description":"work","mode":"sync"}}
{removed}  {{"command":"rm -rf greeting.txt","description":"work","mode":"sync"}}
reply   I did what I was allowed to.
file    greeting.txt is {file}"#
        )
    };
    let (first, second, closed) = tokio::join!(
        run("permissions", &[], "y\nn\n"),
        run("permissions", &[], "Yes\ny\n"),
        run("permissions", &[], "")
    );
    assert_eq!(first, format!("{questions}{}", work("ran   ", "denied", "there")));
    assert_eq!(second, format!("{questions}{}", work("ran   ", "ran   ", "not there")));
    assert_eq!(closed, format!("{questions}{}", work("denied", "denied", "not there")));
}

#[tokio::test]
async fn ask_user_hands_over_choices_and_words() {
    let asked = "the agent asks: Which database?\n  1  Postgres\n  2  SQLite\nyour answer: \
                 the agent asks: What is the project called?\nyour answer: \n";
    assert_eq!(
        run("ask_user", &[], "2\nMoonbase\n").await,
        format!(
            "{asked}reply    Here is what I know: User selected: SQLite; User responded: Moonbase"
        )
    );
    let closed = run("ask_user", &[], "").await;
    assert!(closed.starts_with(asked) && closed.contains("unable to respond"), "{closed}");
}

#[tokio::test]
async fn byok_speaks_every_protocol() {
    for (kind, asked) in [
        ("openai", "/v1/chat/completions for my-model, key in authorization"),
        ("responses", "/v1/responses for my-model, key in authorization"),
        ("azure", "/openai/deployments/my-model/chat/completions for my-model, key in api-key"),
        ("anthropic", "/v1/messages for my-model, key in x-api-key"),
        ("local", "/v1/chat/completions for my-model, without a key"),
    ] {
        let printed = run("byok", &[kind], "").await;
        assert_eq!(printed, format!("reply    Hello from a model of your own.\nasked    {asked}"));
    }
}

#[tokio::test]
async fn sessions_work_side_by_side() {
    let printed = run("sessions", &[], "").await;
    let mut lines: Vec<_> = printed.lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "6 model requests in all, one CLI",
            "on-food: I found that Lisbon has good food. (1 tool call)",
            "on-museums: I found that Lisbon has good museums. (1 tool call)",
            "on-music: I found that Lisbon has good music. (1 tool call)",
        ]
    );
}

#[tokio::test]
async fn resume_goes_on_in_a_second_cli() {
    assert_eq!(
        run("resume", &[], "").await,
        "-- the first CLI
reply    So far you told me: My name is Ada.
stopped  its process is gone, the session stays on disk

-- the second CLI
kept     nightly-report
history  user: My name is Ada.
history  agent: So far you told me: My name is Ada.
reply    So far you told me: My name is Ada. / What is my name?"
    );
}

#[tokio::test]
async fn mcp_and_own_tools_work_together() {
    assert_eq!(
        run("mcp", &[], "").await,
        r#"server   units is connected
tool     measure({"room":"cellar"}) -> 12.5
tool     units-to_fahrenheit({"celsius":12.5}) -> 54.5 °F
reply    It is 54.5 °F in the cellar."#
    );
}

#[tokio::test]
async fn structured_output_is_a_value_or_an_error_that_says_where() {
    let refused = r#"{"approved":true,"remarks":[{"line":"twelve","severity":"Nit","text":""}]}"#;
    assert_eq!(
        run("structured_output", &[], "").await,
        format!(
            "approved false
Bug      line 12: Close the file also when reading fails.
Nit      line 40: Say `path`, not `p`.
refused  the agent's answer is not a `Review` at `remarks[0].line`; it begins with `{refused}`"
        )
    );
}

#[tokio::test]
async fn custom_agent_is_told_apart() {
    assert_eq!(
        run("custom_agent", &[], "").await,
        "agent    calls task
         reviewer starts
reviewer calls show_change
reviewer says: One defect, `unwrap`: 12: let file = File::open(path).unwrap();
         reviewer is done
agent    says: The reviewer found one defect: an `unwrap` in line 12.

reply    The reviewer found one defect: an `unwrap` in line 12."
    );
}

#[tokio::test]
async fn image_tool_shows_the_model_a_picture() {
    assert_eq!(
        run("image_tool", &[], "").await,
        "tool     sales_chart gave a picture\nreply    I see bars that rise (188 characters of \
         base64)."
    );
}

#[tokio::test]
async fn local_files_are_sorted_inside_of_their_folder_only() {
    assert_eq!(
        run("local_files", &[], "").await,
        r#"refused  there is no file "../secret.txt" in the list
reply    I sorted three files. The fourth is not in the folder.
documents invoice.pdf, report.pdf
pictures  beach.jpg
undone   3 moves"#
    );
}

#[tokio::test]
async fn test_loop_ends_when_the_tests_pass_and_leaves_them_as_they_are() {
    assert_eq!(
        run("test_loop", &[], "").await,
        "failed   AssertionError [ERR_ASSERTION]: 2 == 5
         The user rejected this tool call. User feedback: the tests are right: change the code
         edited
agent    I add the prices up now.
failed   TypeError: Reduce of empty array with no initial value
         edited
agent    The sum of an empty list is 0 now.
passed   after 2 attempts
tests    pass
as were  true"
    );
}

#[tokio::test]
async fn pull_requests_are_reported_from_an_mcp_server() {
    assert_eq!(
        run("pull_requests", &[], "").await,
        "asked    github-list_pull_requests (ok)
3 pull requests are open.

| # | title | days | next |
|---|---|---|---|
| 17 | Rewrite in another language | 212 | AskAuthor |
| 39 | Say where a string ends | 9 | Review |
| 41 | Read comments | 3 | Merge |"
    );
}

#[tokio::test]
async fn pipeline_hands_over_values_and_revises() {
    assert_eq!(
        run("pipeline", &[], "").await,
        "researcher  trams: Line 28 climbs to the castle.
researcher  the river: The river is wide as a sea here.
editor      begin with what to do
writer      Ride line 28 to the castle. Look at a river as wide as a sea."
    );
}
