import Dispatch
package import Mail

/// One connection to the relay, which is kept from mail to mail and made anew when the server has closed it.
///
/// Libcurl blocks for as long as the server likes, so the actor has an executor of its own: no thread that others need
/// ever waits for a server. Several connections send at the same time.
package actor SMTPConnection {
    private let executor: BlockingExecutor
    private let transfer: CurlTransfer

    /// Connects at the first mail.
    package init(_ settings: SMTPSettings) {
        executor = BlockingExecutor(label: "smtp")
        transfer = CurlTransfer(settings)
    }

    /// The executor that may block.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Sends one message to its one recipient, and says what became of it. What the server has answered is never tried
    /// again.
    package func send(_ message: MailMessage) -> Verdict {
        Verdict(
            of: transfer.send(
                message.bytes, from: message.from.address, to: message.to.address,
                needsSMTPUTF8: message.needsSMTPUTF8))
    }
}

/// A serial queue of Dispatch as an executor: its thread may block, and ends when there is nothing to do.
private final class BlockingExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) { queue = DispatchQueue(label: label) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { [self] in job.runSynchronously(on: asUnownedSerialExecutor()) }
    }
}
