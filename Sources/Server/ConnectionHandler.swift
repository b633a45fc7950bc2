internal import Dispatch
internal import Engine
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Records

/// One client: lines in, replies out in the order of the lines, everything bounded.
///
/// Lives on the connection's event loop. Reads only while the client keeps up: with too many
/// requests in flight, or too much that it has not read, nothing more is taken from the socket.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let peer: Peer
    private let hub: ConnectionHub
    /// Ends with the connection: a request that waits for something leaves with its client.
    private let presence = ClientPresence()
    private var unfinished: [UInt8] = []
    /// What was read and waits for a place in flight; nothing more is read until it is taken.
    private var backlog: ArraySlice<UInt8> = []
    /// Whether the client has said that it will send no more.
    private var hasSentAll = false
    /// Whether lines are being taken: an answer at once would take the next one within the first.
    private var isTaking = false
    /// Bytes of replies that wait behind an earlier one, as they were counted.
    private var waitingBytes = 0
    private var isSkippingLine = false
    private var firstSlot = 0
    private var slots: [String?] = []
    private var wantsRead = false
    private var isClosing = false
    private var lineTimeout: Scheduled<Void>?
    private var subscription: Subscription?

    init(peer: Peer, hub: ConnectionHub) {
        self.peer = peer
        self.hub = hub
    }

    // MARK: Reading

    func read(context: ChannelHandlerContext) {
        if canRead(context) {
            context.read()
        } else {
            wantsRead = true
        }
    }

    private func canRead(_ context: ChannelHandlerContext) -> Bool {
        backlog.isEmpty && mayTake(context)
    }

    /// Whether one more request may be under way.
    private func mayTake(_ context: ChannelHandlerContext) -> Bool {
        slots.count < hub.limits.requestsInFlightMax && context.channel.isWritable && !isClosing
    }

    private func readIfWanted(_ context: ChannelHandlerContext) {
        takeBacklog(context)
        guard wantsRead, canRead(context) else { return }
        wantsRead = false
        context.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        readIfWanted(context)
        if context.channel.isWritable { subscription?.resume() }
        context.fireChannelWritabilityChanged()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        guard let bytes = buffer.readBytes(length: buffer.readableBytes) else { return }
        backlog += bytes
        takeBacklog(context)
    }

    /// Takes lines as long as there are places: one packet may hold thousands of them.
    private func takeBacklog(_ context: ChannelHandlerContext) {
        guard !isTaking else { return }
        isTaking = true
        defer { isTaking = false }
        while mayTake(context), let newline = backlog.firstIndex(of: UInt8(ascii: "\n")) {
            let line = backlog[..<newline]
            backlog = backlog[(newline + 1)...]
            take(line, context)
        }
        guard !backlog.contains(UInt8(ascii: "\n")) else { return }
        if !backlog.isEmpty { keep(backlog, context) }
        backlog = []
        if hasSentAll { endAfterAll(context) }
    }

    /// A client that has sent everything still gets its replies.
    private func endAfterAll(_ context: ChannelHandlerContext) {
        hasSentAll = false
        refuseUnfinishedLine(context)
        if subscription == nil { closeWhenAnswered(context) }
    }

    private func take(_ end: ArraySlice<UInt8>, _ context: ChannelHandlerContext) {
        lineTimeout?.cancel()
        lineTimeout = nil
        let known = unfinished.count
        defer {
            hub.unfinishedBytes.give(back: known)
            unfinished = []
            isSkippingLine = false
        }
        if isSkippingLine { return }
        guard known + end.count <= hub.limits.lineBytesMax else {
            refuseLine(context)
            return
        }
        let line = known == 0 ? end : (unfinished + end)[...]
        if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }) { return }
        handle(line, context)
    }

    private func keep(_ bytes: ArraySlice<UInt8>, _ context: ChannelHandlerContext) {
        if lineTimeout == nil { scheduleLineTimeout(context) }
        if isSkippingLine { return }
        guard unfinished.count + bytes.count <= hub.limits.lineBytesMax else {
            isSkippingLine = true
            hub.unfinishedBytes.give(back: unfinished.count)
            unfinished = []
            refuseLine(context)
            return
        }
        guard hub.unfinishedBytes.take(bytes.count) else {
            isSkippingLine = true
            hub.unfinishedBytes.give(back: unfinished.count)
            unfinished = []
            answer(
                error(
                    "overloaded",
                    "Unfinished lines of all clients fill the memory set aside; send again later."),
                context)
            return
        }
        unfinished.append(contentsOf: bytes)
    }

    private func refuseLine(_ context: ChannelHandlerContext) {
        answer(
            error(
                "line-too-long",
                "Expected at most \(hub.limits.lineBytesMax) bytes in a line; send it in parts."),
            context)
    }

    /// A line without its newline may be the beginning of another one: it is not obeyed.
    private func refuseUnfinishedLine(_ context: ChannelHandlerContext) {
        guard !unfinished.isEmpty else { return }
        lineTimeout?.cancel()
        lineTimeout = nil
        answer(
            error(
                "unfinished-line",
                "The last line of \(unfinished.count) bytes has no newline; nothing was done. End it with one and send it again."
            ),
            context)
        hub.unfinishedBytes.give(back: unfinished.count)
        unfinished = []
    }

    private func scheduleLineTimeout(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let seconds = hub.limits.lineSecondsMax
        lineTimeout = context.eventLoop.scheduleTask(in: .seconds(Int64(seconds))) {
            let (handler, context) = bound.value
            handler.answer(
                handler.error(
                    "line-timeout",
                    "A line was not finished within \(seconds) seconds; the connection is closed."),
                context)
            handler.presence.end()
            handler.closeWhenAnswered(context)
        }
    }

    // MARK: Requests

    private func handle(_ line: ArraySlice<UInt8>, _ context: ChannelHandlerContext) {
        let slot = openSlot()
        let request: Request
        do throws(RequestFailure) {
            request = try Request.parse(
                line, limits: JSONLimits(depthMax: hub.limits.jsonDepthMax))
        } catch {
            fill(slot, self.error(error.code, error.message), context)
            return
        }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let (loop, gate) = (context.eventLoop, hub.gate)
        let tag = request.options["tag"]
        let replyTagged: @Sendable (String) -> Void = { line in
            gate.execute(on: loop) {
                let (handler, context) = bound.value
                handler.fill(slot, line, context)
            }
        }
        switch request.verb {
        case "query", "describe", "help", "rebuild", "backup":
            let (service, peer, hub) = (hub.service, peer, hub)
            let progress: @Sendable (String) -> Void = { line in
                gate.execute(on: loop) {
                    let (handler, context) = bound.value
                    handler.sendAhead(slot, Self.tagged(line, tag), context)
                }
            }
            hub.queries.submit { _ in
                let answer = service.answer(request, peer: peer, progress: progress)
                replyTagged(Self.bounded(Self.tagged(answer, tag), hub))
            }
        case "subscribe": subscribe(request, slot, context)
        default:
            let budget = hub.unreadBytes
            hub.service.command(request, peer: peer, presence: presence) { line in
                let line = Self.tagged(line, tag)
                budget.force(Self.counted(line))
                replyTagged(line)
            }
        }
    }

    /// Puts the client's tag at the front of the reply's JSON.
    private static func tagged(_ line: String, _ tag: String?) -> String {
        guard let tag, let brace = line.firstIndex(of: "{") else { return line }
        let rest = line[line.index(after: brace)...]
        let comma = rest.hasPrefix("}") ? "" : ","
        return "\(line[..<brace]){\"tag\":\(JSONValue.string(tag))\(comma)\(rest)"
    }

    private func subscribe(_ request: Request, _ slot: Int, _ context: ChannelHandlerContext) {
        let tag = request.options["tag"]
        do throws(RequestFailure) {
            try request.requireOptionsInPlace()
            let from = try request.number("from") ?? 1
            let filter = try SubscriptionFilter.read(request.payload)
            let caller = Caller(peer: peer, onBehalfOf: request.options["on-behalf-of"])
            if let refusal = refusalToSubscribe(caller, filter) {
                fill(slot, Self.tagged(refusal, tag), context)
                return
            }
            let begun = "ok \(JSONValue.object(["from": .integer(from)]))"
            fill(slot, Self.tagged(begun, tag), context)
            let subscription = Subscription(
                from: from, filter: filter, caller: caller, hub: hub, channel: context.channel)
            self.subscription = subscription
            subscription.start()
        } catch {
            fill(slot, Self.tagged(self.error(error.code, error.message), tag), context)
        }
    }

    /// Why no subscription can begin here; otherwise a place is taken for it.
    private func refusalToSubscribe(_ caller: Caller, _ filter: SubscriptionFilter) -> String? {
        if let refusal = hub.service.refusalToFollow(caller) { return refusal }
        do throws(RequestFailure) {
            try hub.service.check(filter)
        } catch {
            return self.error(error.code, error.message)
        }
        guard subscription == nil else {
            return error(
                "already-subscribed", "One connection follows the log once; open another.")
        }
        guard hub.subscriptions.take(1) else {
            return error(
                "too-many-subscriptions",
                "At most \(hub.limits.subscriptionsMax) clients follow the log at once; try again later."
            )
        }
        return nil
    }

    // MARK: Replies

    private func openSlot() -> Int {
        slots.append(nil)
        return firstSlot + slots.count - 1
    }

    private func answer(_ line: String, _ context: ChannelHandlerContext) {
        fill(openSlot(), line, context)
    }

    /// Sends a line of progress when its answer is the next in order; otherwise nobody waits for it.
    private func sendAhead(_ slot: Int, _ line: String, _ context: ChannelHandlerContext) {
        guard slot == firstSlot, context.channel.isWritable else { return }
        var buffer = context.channel.allocator.buffer(capacity: 128)
        buffer.writeString(line)
        buffer.writeInteger(UInt8(ascii: "\n"))
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    /// Fills a reply's place, and sends what is next in order.
    private func fill(_ slot: Int, _ line: String, _ context: ChannelHandlerContext) {
        guard slot >= firstSlot else { return }
        slots[slot - firstSlot] = line
        waitingBytes += Self.counted(line)
        var (sent, counted) = (0, 0)
        var buffer = context.channel.allocator.buffer(capacity: 256)
        while sent < slots.count, let line = slots[sent] {
            buffer.writeString(line)
            buffer.writeInteger(UInt8(ascii: "\n"))
            sent += 1
            counted += Self.counted(line)
        }
        guard sent > 0 else { return }
        slots.removeFirst(sent)
        firstSlot += sent
        waitingBytes -= counted
        context.writeAndFlush(
            wrapOutboundOut(buffer), promise: givingBack(counted, context.eventLoop))
        if isClosing, slots.isEmpty {
            closeAfterWrites(context)
        } else {
            readIfWanted(context)
        }
    }

    /// Bytes from which on a reply counts among those of all clients; what is smaller is bounded by
    /// the requests in flight and by what one client may leave unread.
    private static let countedBytesMin = 4_096

    private static func counted(_ line: String) -> Int {
        line.utf8.count < countedBytesMin ? 0 : line.utf8.count
    }

    /// Frees the place of replies when the kernel has them or the client is gone.
    private func givingBack(_ bytes: Int, _ loop: any EventLoop) -> EventLoopPromise<Void>? {
        guard bytes > 0 else { return nil }
        let (written, budget) = (loop.makePromise(of: Void.self), hub.unreadBytes)
        written.futureResult.whenComplete { _ in budget.give(back: bytes) }
        return written
    }

    /// An answer, or where the unread answers of all clients fill their place, what to do about it.
    ///
    /// Only answers to questions are withheld: the reply to a command tells what was done.
    private static func bounded(_ line: String, _ hub: ConnectionHub) -> String {
        if hub.unreadBytes.take(counted(line)) { return line }
        let message =
            "Answers that clients have not read fill the memory set aside; read yours, and ask again."
        return "error overloaded \(JSONValue.object(["message": .string(message)]))"
    }

    private func closeWhenAnswered(_ context: ChannelHandlerContext) {
        isClosing = true
        subscription?.stop()
        if slots.isEmpty { closeAfterWrites(context) }
    }

    /// Ends the connection when everything was written, however slowly the client reads.
    private func closeAfterWrites(_ context: ChannelHandlerContext) {
        let written = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        written.futureResult.whenComplete { _ in channel.close(promise: nil) }
        let nothing = channel.allocator.buffer(capacity: 0)
        context.writeAndFlush(wrapOutboundOut(nothing), promise: written)
    }

    private func error(_ code: String, _ message: String) -> String {
        "error \(code) \(JSONValue.object(["message": .string(message)]))"
    }

    // MARK: The end

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            hasSentAll = true
            takeBacklog(context)
        } else if event is ServerIsStopping {
            presence.end()
            closeWhenAnswered(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        presence.end()
        lineTimeout?.cancel()
        hub.unfinishedBytes.give(back: unfinished.count)
        unfinished = []
        backlog = []
        hub.unreadBytes.give(back: waitingBytes)
        waitingBytes = 0
        subscription?.stop()
        subscription = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        hub.logger.debug("connection failed", metadata: ["reason": "\(error)"])
        context.close(promise: nil)
    }
}
