//! Topics: what the providers publish to them on AWS, and nobody does on this machine.

use super::Emulator;
use crate::Error;

impl Emulator {
    /// Publishes a message to a topic.
    pub fn publish(&self, topic: &str, message: &str) -> Result<(), Error> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", "Publish");
        form.append_pair("Version", "2010-03-31");
        form.append_pair("TopicArn", topic);
        form.append_pair("Message", message);
        let mut headers = self.scope("sns");
        headers.push(("content-type", "application/x-www-form-urlencoded".to_owned()));
        let answer = self.send("POST", "/", &headers, Some(form.finish().into_bytes()))?;
        if answer.status == 200 { Ok(()) } else { Err(answer.refused()) }
    }
}
