//! One tool, one session, one question.

use copilot_sdk::{Client, data, tool, tools};

#[data]
struct Forecast {
    summary: String,
    high_celsius: f32,
}

/// Get the weather forecast for a city.
#[tool]
async fn get_weather(
    /// City name, such as "Lisbon".
    city: String,
    /// Days ahead, 0 for today.
    #[arg(default)]
    days_ahead: u8,
) -> Forecast {
    Forecast { summary: format!("sunny in {city}"), high_celsius: 20.0 + f32::from(days_ahead) }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> copilot_sdk::Result<()> {
    let client = Client::start().await?;
    let session = client.session().model("gpt-5").tools(tools![get_weather]).create().await?;
    println!("{}", session.ask("Do I need a coat in Lisbon tomorrow?").await?);
    client.stop().await
}
