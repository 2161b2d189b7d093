import JSON
import Testing
import Varlink
import Wording

@testable import conciergectl

@Suite struct FailureTests {
    @Test(
        "Each of the daemon's errors has its exit status",
        arguments: [
            ("org.concierged.Requests.Refused", 65), ("org.concierged.Tasks.Refused", 65),
            ("org.concierged.Requests.NotFound", 65), ("org.varlink.service.InvalidParameter", 65),
            ("org.concierged.Requests.InvalidInput", 65), ("org.concierged.Requests.Unavailable", 69),
            ("org.varlink.service.PermissionDenied", 77),
            ("org.concierged.Manager.BadConfiguration", 78), ("org.varlink.service.MethodNotFound", 76),
            ("org.example.Whatever", 76),
        ] as [(String, Int32)])
    func wire(_ name: String, _ status: Int32) {
        let failure = Failure(VarlinkError(name, ["id": "x"]))
        #expect(failure.status.rawValue == status)
        #expect(failure.advice != nil)
        #expect(failure.json == ["error": .string(name), "parameters": ["id": "x"]])
    }

    @Test("A refusal is printed in the words of the service, in the person's language")
    func refusal() {
        let failure = Failure(
            VarlinkError(
                "org.concierged.Requests.Refused",
                ["reason": "wrong-code", "text": ["fr": "Ce n'est pas son code.", "en": "The code is not its own."]]))
        #expect(failure.lines(in: .fr) == ["conciergectl\u{A0}: Ce n'est pas son code.", "Rien n’a été changé."])
        #expect(failure.lines(in: .en)[0] == "conciergectl: The code is not its own.")
    }

    @Test("A refused field is printed with the reason, in the person's language")
    func invalidInput() {
        let failure = Failure(
            VarlinkError(
                "org.concierged.Requests.InvalidInput",
                [
                    "field": "tracking", "reason": "too long",
                    "text": ["fr": "c'est trop long", "en": "it is too long"],
                ]))
        #expect(
            failure.lines(in: .fr) == [
                "conciergectl\u{A0}: «\u{A0}tracking\u{A0}»\u{A0}: c'est trop long", "Rien n’a été changé.",
            ])
        #expect(failure.lines(in: .en)[0] == "conciergectl: \"tracking\": it is too long")
    }

    @Test("A French message contains no English reason; a reason in one language only is printed on a line of its own")
    func french() {
        let bad = Failure(VarlinkError("org.concierged.Manager.BadConfiguration", ["reason": "a.yaml:3: no such key"]))
        #expect(
            bad.lines(in: .fr).prefix(2) == [
                "conciergectl\u{A0}: la configuration est mauvaise\u{202F}; voici où\u{A0}:", "  a.yaml:3: no such key",
            ])
        #expect(bad.lines(in: .en)[0] == "conciergectl: the configuration is bad: a.yaml:3: no such key")
        let unavailable = Failure(VarlinkError("org.concierged.Requests.Unavailable", ["reason": "disk I/O error"]))
        #expect(!unavailable.lines(in: .fr).joined().contains("disk"))
        #expect(unavailable.lines(in: .en)[0].hasSuffix("(disk I/O error)"))
        for error in [.cannotConnect(path: "/s", errno: 24), .malformedReply(reason: "no JSON")]
            as [VarlinkConnectionError]
        {
            let french = Failure(error, socket: "/s").lines(in: .fr).joined()
            #expect(!french.contains("JSON") && !french.contains("open files"), "\(french)")
        }
        #expect(
            Failure.cannotWrite(Text(errno: 28)).message.fr.hasSuffix("\u{A0}: il n’y a plus de place sur le disque"))
        #expect(Failure.cannotWrite(Text(errno: 28)).message.en.hasSuffix(": No space left on device"))
    }

    @Test("Counts have the plural of each language")
    func counts() {
        #expect([0, 1, 2].map { Text.requests($0).fr } == ["0 demande", "1 demande", "2 demandes"])
        #expect([0, 1, 2].map { Text.runs($0).en } == ["0 runs", "1 run", "2 runs"])
    }

    @Test("A bad configuration is printed line by line")
    func configuration() {
        let failure = Failure(
            VarlinkError("org.concierged.Manager.BadConfiguration", ["reason": "a.yaml:3: no\nb.yaml:9: no"]))
        #expect(
            failure.lines(in: .en).prefix(3) == [
                "conciergectl: the configuration is bad:", "  a.yaml:3: no", "  b.yaml:9: no",
            ])
    }

    @Test("A socket without permission is a missing right, and a lost connection is unavailability")
    func connection() {
        #expect(Failure.noAccess(to: "/s").status == .noRight)
        #expect(Failure.noAccess(to: "/s").advice?.en.contains("usermod -aG concierge-staff") == true)
        #expect(Failure.lost("/s").status == .unavailable)
    }

    @Test("After a lost answer to a change, the error says how to repeat the command safely")
    func repeatable() {
        let failure = Failure.lost("/s").repeatable(with: "k1")
        #expect(failure.advice?.en.contains("--idempotency-key k1") == true)
        #expect(failure.parameters["idempotency_key"] == "k1")
        let stopped = Failure.noAnswer("/s").repeatable(with: "k1")
        #expect(stopped.advice?.en.contains("--idempotency-key k1") == true)
        let other = Failure.noAccess(to: "/s")
        #expect(other.repeatable(with: "k1") == other)
    }
}
