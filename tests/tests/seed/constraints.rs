//! "Key Constraints": what is found before anything is sent, and what is not left to the user at
//! all.

use copilot_sdk::testing::ModelReply;
use copilot_sdk::{Client, ErrorKind, Provider, Session, SessionBuilder};
use copilot_sdk_tests::{Stage, TempDir};

use super::stage::connect;

#[tokio::test]
async fn the_cli_has_to_be_somewhere_and_the_error_lists_where_it_is_not() {
    let nowhere = TempDir::new();
    let client = Client::builder()
        .env_remove("COPILOT_CLI_PATH")
        .env("PATH", nowhere.path())
        .env("COPILOT_SDK_CACHE", nowhere.path());
    let error = client.start().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Start);
    let place = nowhere.path().to_str().unwrap();
    for named in ["COPILOT_CLI_PATH", "PATH", place] {
        assert!(error.to_string().contains(named), "{named}: {error}");
    }
    let missing = nowhere.path().join("copilot");
    let error = Client::builder().cli_path(&missing).start().await.unwrap_err();
    assert!(error.to_string().contains(missing.to_str().unwrap()), "{error}");
}

/// The one problem of a session with this provider, of which nothing was sent.
async fn problem(model: Option<&str>, provider: Provider) -> String {
    let (fake, client) = connect().await;
    let session = model.into_iter().fold(client.session(), SessionBuilder::model);
    let error = session.provider(provider).create().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(fake.calls("session.create").is_empty());
    let [problem] = error.problems() else { panic!("one problem: {error}") };
    problem.clone()
}

#[tokio::test]
async fn a_provider_needs_a_model() {
    let problem = problem(None, Provider::openai("https://api.openai.com/v1").api_key("k")).await;
    assert!(problem.starts_with("a session with a provider needs a model"), "{problem}");
}

#[tokio::test]
async fn a_provider_needs_a_base_url() {
    for provider in [Provider::openai, Provider::anthropic, Provider::azure, Provider::local]
        .map(|kind| kind(""))
    {
        let problem = problem(Some("gpt-4"), provider.api_key("k")).await;
        assert!(
            problem.starts_with("provider: the base URL is not `http://host` or `https://host`"),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn azure_endpoints_are_of_type_azure() {
    let azure = Provider::openai("https://my-resource.openai.azure.com").api_key("k");
    let expected = "provider: my-resource.openai.azure.com is an Azure host: use \
                    `Provider::azure(\"https://my-resource.openai.azure.com\")`";
    assert_eq!(problem(Some("gpt-4"), azure).await, expected);
}

#[tokio::test]
async fn the_azure_base_url_is_the_host_only() {
    let path = Provider::azure("https://my-resource.openai.azure.com/openai/deployments/gpt-4")
        .api_key("k");
    let expected = "provider: the CLI adds the path of Azure's API itself: leave \
                    \"/openai/deployments/gpt-4\" out of the base URL";
    assert_eq!(problem(Some("gpt-4"), path).await, expected);
}

fn is_send<T: Send>(value: T) -> T {
    value
}

#[test]
fn all_operations_are_async_on_either_kind_of_runtime() {
    let work = || async {
        let stage = Stage::new([ModelReply::text("one"), ModelReply::text("two")]).await;
        let session: Session = is_send(stage.session().create()).await.unwrap();
        is_send(session.send("first")).await.unwrap();
        let reply = is_send(session.ask("second").into_future()).await.unwrap();
        assert_eq!(reply.text(), "two");
        is_send(session.disconnect()).await.unwrap();
        is_send(stage.client.stop()).await.unwrap();
    };
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work());
    let many =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    many.block_on(async { tokio::spawn(is_send(work())).await.unwrap() });
}
