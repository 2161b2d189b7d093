package import ConciergeKit
import Wording

/// A service listens to a signal that no service raises: its author mistyped the id, or the other provider is not
/// served.
package struct UnheardSignal: Sendable, Hashable, CustomStringConvertible {
    package let service: ServiceID
    package let signal: String
    /// The signal that is raised and has nearly this id.
    package let nearest: String?

    package var description: String {
        "\(service) listens to \"\(signal)\", and no provider that serves raises it"
            + (nearest.map { "; did you mean \"\($0)\"?" } ?? "")
    }
}

extension Registry {
    /// What the services listen to in vain.
    package var unheard: [UnheardSignal] {
        let raised = signals
        return listeners.sorted { $0.key < $1.key }.flatMap { service, heard in
            heard.subtracting(raised).sorted().map { signal in
                UnheardSignal(
                    service: service, signal: signal,
                    nearest: NearestName.nearest(to: signal, among: raised.sorted()))
            }
        }
    }
}
