internal import BSON
package import Identity
package import Mapping

/// A Kitsu server, read through Zou's HTTP API with no more rights than a manager in the project's
/// team has.
package struct KitsuServer: KitsuSource {
  package struct Settings: Sendable {
    /// With or without `/api`: `http://kitsu.studio`, `http://kitsu.studio/api`, a bare Zou.
    package var address: String
    package var credentials: Credentials
    /// A PEM file of certificate authorities in place of the system's.
    package var caFile: String?
    package var connectTimeout: Duration
    /// How long an answer may give no byte.
    package var stallTimeout: Duration
    package var retry: RetryPolicy
    /// avalon-sync's own version, for the server's log.
    package var clientVersion: String

    package init(
      address: String, credentials: Credentials, caFile: String? = nil,
      connectTimeout: Duration = .seconds(10), stallTimeout: Duration = .seconds(120),
      retry: RetryPolicy = RetryPolicy(), clientVersion: String
    ) {
      self.address = address
      self.credentials = credentials
      self.caFile = caFile
      self.connectTimeout = connectTimeout
      self.stallTimeout = stallTimeout
      self.retry = retry
      self.clientVersion = clientVersion
    }
  }

  let client: Client
  private let transport: Transport
  private let studioLists = StudioLists()

  /// Nothing is sent before the first reading.
  /// - Throws: ``KitsuError`` with `.invalidSettings` for an address that is none.
  package init(_ settings: Settings) throws(KitsuError) {
    let address = try Address(settings.address)
    var options = TransportOptions()
    options.caFile = settings.caFile
    options.connectTimeout = settings.connectTimeout
    options.stallTimeout = settings.stallTimeout
    options.userAgent = "avalon-sync/\(settings.clientVersion)"
    transport = Transport(options)
    let http = HTTP(transport: transport, policy: settings.retry, contact: Contact())
    let session = Session(http: http, address: address, credentials: settings.credentials)
    client = Client(http: http, session: session)
  }

  package func describe() async throws(KitsuError) -> SourceDescription {
    let base = try await client.session.findBase()
    let account = try await client.account()
    return SourceDescription(
      address: base.url, name: base.status.name, version: base.status.version,
      account: account.name, role: account.role)
  }

  package func projects() async throws(KitsuError) -> [ProjectSummary] {
    // Only admins are told the status's name with the project.
    let statuses = try await client.list("/data/project-status")
    let names = Dictionary(
      statuses.compactMap { status in
        EntityID(status.element("id")).map { ($0, status["name"]?.string ?? "") }
      }, uniquingKeysWith: { first, _ in first })
    let projects = try await client.list("/data/projects/all")
    return ProjectSummary.list(projects) {
      EntityID($0.element("project_status_id")).flatMap { names[$0] }
    }
  }

  package func read(
    project: EntityID, needs: SourceNeeds, progress: (@Sendable (ReadProgress) -> Void)?
  ) async throws(KitsuError) -> ProjectReading {
    let meter = Meter()
    let reader = try await reader(project, needs, meter, progress)
    let (parts, consistency, version) = try await reader.read()
    guard let document = parts.project else {
      throw .cancelled("read", "project \(project)")
    }
    return ProjectReading(
      production: parts.production(document, needs), unreadable: parts.unreadable,
      consistency: consistency, version: version.tag, requestCount: meter.requestCount,
      byteCount: meter.byteCount)
  }

  /// The project's version: it moves with every change of its entities, tasks, assignments and
  /// casting, and of the project's own record; not with the studio's lists or metadata columns.
  /// - Returns: the ETag of Zou's boards, in one request of 629 bytes; nil where the server has none
  ///   (before 1.0.69).
  package func version(of project: EntityID) async throws(KitsuError) -> String? {
    try await ProjectVersion.tag(project, client)
  }

  package func refresh(
    _ reading: ProjectReading, of project: EntityID, by hint: ChangeHint, needs: SourceNeeds
  ) async throws(KitsuError) -> RefreshedReading? {
    let meter = Meter()
    let reader = try await reader(project, needs, meter, nil)
    var refreshed = try await ProjectRefresh(reader: reader, last: reading, hint: hint).run()
    refreshed?.reading.requestCount = meter.requestCount
    refreshed?.reading.byteCount = meter.byteCount
    return refreshed
  }

  private func reader(
    _ project: EntityID, _ needs: SourceNeeds, _ meter: Meter,
    _ progress: (@Sendable (ReadProgress) -> Void)?
  ) async throws(KitsuError) -> ProjectReader {
    var metered = client
    metered.http.meter = meter
    return ProjectReader(
      client: metered, studioLists: studioLists, project: project, needs: needs,
      account: try await client.account(), progress: ProgressCounter(needs, progress))
  }

  /// Follows what happens in Kitsu: what changed anywhere, whatever the account may see of it.
  ///
  /// It ends when the task that reads it is cancelled, or the server is closed. It never throws: what
  /// goes wrong is told as a signal and tried again, with ever longer waits.
  /// - Parameter position: up to when all is known; nil to begin now.
  package func feed(
    _ settings: FeedSettings, from position: FeedPosition?
  ) -> AsyncStream<FeedSignal> {
    let feed = Feed(client: client, settings: settings)
    return AsyncStream { continuation in
      let task = Task { await feed.run(from: position, continuation) }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  package func close() async { transport.close() }
}
