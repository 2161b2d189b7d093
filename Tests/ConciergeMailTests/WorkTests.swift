import ConciergeWorker
import SMTP
import Testing
import Wording

@testable import concierge_mail

@Suite("What a verdict means for a run")
struct WorkTests {
    private func end(_ outcome: Verdict.Outcome, attempt: Int = 1, after: Duration? = nil) -> Result<
        String, WorkFailure
    > {
        let verdict = Verdict(outcome, Text(fr: "non", en: "no"), retryAfter: after)
        return Result { () throws(WorkFailure) in try GivenMail.end(verdict, attempt: attempt).words.en }
    }

    @Test("A mail that was sent ends its run, and one that will never be taken ends it for good")
    func ends() {
        #expect(end(.sent) == .success("The mail was taken by the server."))
        #expect(end(.refused) == .failure(.final(reason: "no")))
    }

    @Test("Where the server asks to wait, the run waits as long as it was told")
    func waits() {
        #expect(end(.wait, after: .seconds(300)) == .failure(.retry(reason: "no", after: .seconds(300))))
        #expect(end(.wait) == .failure(.retry(reason: "no", after: nil)))
        #expect(end(.configuration) == .failure(.retry(reason: "no", after: .seconds(600))))
    }

    @Test("A mail whose answer was lost is sent once more, and its run then says that it is uncertain")
    func uncertain() {
        #expect(end(.uncertain) == .failure(.retry(reason: "uncertain: no", after: .seconds(60))))
        #expect(
            end(.uncertain, attempt: 2)
                == .success("Uncertain: the server's answer was lost twice; the mail may have arrived."))
    }
}
