import ConciergeKit

// Waiting for parts stops the promise, for that reason.
extension Repair {
    @LifecycleBuilder<Repair> var partsLines: Lifecycle {
        on(WaitForParts.self, from: .triaged, .assigned, .waitingForParts, to: .waitingForParts) { wait, repair in
            guard !isDangerous(repair.record) else {
                throw Refusal(
                    fr: "Le délai ne s'arrête pas : la sécurité est en jeu.",
                    en: "The promise does not pause: safety is at stake.")
            }
            if let expected = wait.expected, expected < repair.moment.today {
                throw Refusal(
                    fr: "Les pièces sont attendues à une date à venir.", en: "Parts are expected on a day to come.")
            }
            repair.pause(.repaired, because: .parts)
            if repair.isOpen(.workDone) { repair.pause(.workDone, because: .parts) }
            endVisit(&repair)
            if let contractor = repair.record.contractor {
                repair.recall([Appointment.self], for: .partner(contractor))
            }
            repair.record.partsExpected = wait.expected
            repair.start(.partsReminder, at: askForParts(after: wait.expected, repair))
            repair.notify(
                .resident,
                PartsAwaited(what: repair.record.what, expected: wait.expected, phone: phone(for: repair)),
                onlyInState: true)
        }
        after(.partsReminder, in: .waitingForParts) { repair in
            repair.start(.partsReminder, after: settings.partsReminder)
            repair.notify(
                .staff, "parts",
                Text(
                    fr: "\(title(of: repair)) attend toujours des pièces : où en est la commande ?",
                    en: "\(title(of: repair)) still waits for parts: how is the order getting on?"))
        }
        on(PartsArrived.self, from: .waitingForParts, to: .triaged, .assigned) { _, repair in
            repair.resume(.repaired)
            repair.resume(.workDone)
            repair.record.partsExpected = nil
            repair.notify(
                .resident,
                PartsHere(what: repair.record.what, due: repair.due(.repaired), phone: phone(for: repair)))
            guard let contractor = repair.record.contractor else { return }
            repair.go(to: .assigned)
            repair.notify(
                .partner(contractor),
                Ordered(
                    order: order(of: repair), what: repair.record.what, urgency: repair.record.urgency?.words,
                    due: repair.due(.workDone)))
        }
    }

    /// When staff are asked about the parts: when the lodge opens on the day on which they are expected, else after some
    /// time.
    private func askForParts(after expected: LocalDate?, _ repair: Draft) -> Instant {
        guard let expected else { return repair.now + settings.partsReminder }
        let morning = (repair.moment.place?.zone ?? zone).instant(of: expected, at: TimeOfDay(minutes: 8 * 60))
        return max(repair.nextOpening(from: morning), repair.now + .hours(1))
    }
}
