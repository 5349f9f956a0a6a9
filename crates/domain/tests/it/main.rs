//! The rules of calling, from outside: examples, properties, and the model of claim, dial and settle
//! that is checked in every order of its steps.

mod attempt_properties;
mod claim_properties;
mod diagrams;
mod forecast;
mod hours_dst;
mod hours_properties;
mod lead_properties;
mod model;
mod number_judge;
mod number_properties;
mod number_reading;
mod open_hours;
mod plan_properties;
mod proof_judgement;
mod settle_properties;
mod zone_words;
mod zones_of_numbers;
