use super::Effect::{CallDetach, Finish, Nothing, Suspend};
use super::RegistrationState::{Detaching, Gone, Open, Reserved, Suspended};
use super::{Effect, Input, RegistrationState};

const INPUTS: [Input; 7] = [
    Input::Opened,
    Input::Refused,
    Input::Detach,
    Input::Detached,
    Input::Suspend,
    Input::Reopened,
    Input::End,
];

#[test]
fn every_state_knows_what_follows_every_input_also_a_late_or_a_second_one() {
    const WAITS: RegistrationState = Detaching { asked: false };
    const ASKED: RegistrationState = Detaching { asked: true };
    let table: [(RegistrationState, [(RegistrationState, Effect); 7]); 6] = [
        (
            Reserved,
            [
                (Open, Nothing),
                (Gone, Finish),
                (WAITS, Nothing),
                (Reserved, Nothing),
                (Gone, Finish),
                (Reserved, Nothing),
                (Gone, Finish),
            ],
        ),
        (
            Open,
            [
                (Open, Nothing),
                (Open, Nothing),
                (ASKED, CallDetach),
                (Open, Nothing),
                (Suspended, Suspend),
                (Open, Nothing),
                (Gone, Finish),
            ],
        ),
        (
            Suspended,
            [
                (Suspended, Nothing),
                (Suspended, Nothing),
                (Gone, Finish),
                (Suspended, Nothing),
                (Suspended, Nothing),
                (Open, Nothing),
                (Gone, Finish),
            ],
        ),
        (
            WAITS,
            [
                (ASKED, CallDetach),
                (Gone, Finish),
                (WAITS, Nothing),
                (Gone, Finish),
                (Gone, Finish),
                (WAITS, Nothing),
                (Gone, Finish),
            ],
        ),
        (
            ASKED,
            [
                (ASKED, Nothing),
                (ASKED, Nothing),
                (ASKED, Nothing),
                (Gone, Finish),
                (Gone, Finish),
                (ASKED, Nothing),
                (Gone, Finish),
            ],
        ),
        (Gone, [(Gone, Nothing); 7]),
    ];
    for (state, row) in table {
        assert_eq!(INPUTS.map(|input| state.next(input)), row, "from {state:?}");
    }
}
