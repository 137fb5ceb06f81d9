//! Which tools the model is offered.

use copilot_sdk::session::ToolSearch;
use copilot_sdk::testing::ModelReply;
use copilot_sdk::tool::Defer;
use copilot_sdk::tool_filter::ToolFilter;
use copilot_sdk::{ErrorKind, SessionBuilder, Tool};
use copilot_sdk_tests::Stage;

fn tool(name: &'static str) -> Tool {
    Tool::new(name).description("Says something").handler(|(), _| async { "said" })
}

#[tokio::test]
async fn filters_decide_which_tools_the_model_is_offered() {
    let stage = Stage::shared_answering(|request| {
        ModelReply::text(format!("has {}", request.tool_names().join(",")))
    })
    .await;
    let offered = async |builder: SessionBuilder| {
        builder.create().await.unwrap().ask("which?").await.unwrap().into_text()
    };
    let some = stage.session().tool(tool("greet")).available_tools(["builtin:view", "custom:*"]);
    assert_eq!(offered(some).await, "has view,greet");
    let none = stage.session().available_tools(Vec::<ToolFilter>::new());
    assert_eq!(offered(none).await, "has ");
    let fewer = stage
        .session()
        .available_tools([ToolFilter::builtin("view"), ToolFilter::builtin("bash")])
        .excluded_tools(["bash"]);
    assert_eq!(offered(fewer).await, "has view");
    let reserved = stage.session().tool(tool("greet")).default_agent_excluded_tools(["greet"]);
    assert!(!offered(reserved).await.contains("greet"));
    let greet = tool("greet").defer(Defer::Auto);
    let searched =
        stage.session().tool(greet).tool_search(ToolSearch::enabled().defer_threshold(1));
    let searched = offered(searched).await;
    assert!(searched.contains("tool_search_tool") && !searched.contains("greet"), "{searched}");
    stage.stop().await;
}

#[tokio::test]
async fn a_filter_that_hides_an_own_tool_is_a_mistake_that_names_it() {
    let stage = Stage::shared([]).await;
    let error = stage
        .session()
        .tools(vec![tool("greet"), tool("wave")])
        .available_tools(["builtin:*", "custom:greet"])
        .excluded_tools(["greet", "*"])
        .create()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let [bare, available] = error.problems() else { panic!("two problems: {error}") };
    assert!(bare.starts_with("excluded_tools: a bare \"*\" matches nothing"), "{bare}");
    assert!(
        available.starts_with("available_tools hides your own tool `wave`: add `custom:wave`"),
        "{available}"
    );
    stage.stop().await;
}
