package import BSON
package import Identity
internal import Planning

/// What a replica tells of one project that it holds.
package struct StatusRecord: Sendable, Equatable {
  package let project: EntityID
  /// The replica's id.
  package let replica: String
  /// When it was told: milliseconds since 1970-01-01 UTC, by the replica's clock.
  package let time: Int64
  package let content: Document

  package init(project: EntityID, replica: String, time: Int64, content: Document) {
    self.project = project
    self.replica = replica
    self.time = time
    self.content = content
  }
}

/// What a replica tells of itself, again and again as long as it lives.
package struct ReplicaRecord: Sendable, Equatable {
  package let id: String
  package let time: Int64
  package let content: Document

  package init(id: String, time: Int64, content: Document) {
    self.id = id
    self.time = time
    self.content = content
  }
}

extension ServiceRecords {
  /// Puts each in the place of what was told of it before.
  package func publish(_ statuses: [StatusRecord]) async throws(AvalonError) {
    let all = statuses.map { status in
      DocumentWriter.document { writer in
        writer.append("_id", id("\(status.project)"))
        writer.append(ServiceRequest.Field.installation, installation)
        writer.append("project", status.project.description)
        writer.append("replica", status.replica)
        writer.append("time", .date(status.time))
        writer.append("content", .document(status.content))
      }
    }
    try await records.replace(all, in: ServiceRecords.statuses)
  }

  package func statuses() async throws(AvalonError) -> [StatusRecord] {
    try await records.find(ServiceRecords.statuses, RecordQuery(equal: ours)).compactMap { record in
      guard let project = EntityID(record["project"]), let replica = record["replica"]?.string,
        case .date(let time)? = record["time"], let content = record["content"]?.document
      else { return nil }
      return StatusRecord(project: project, replica: replica, time: time, content: content)
    }
  }

  /// Takes away what a replica told of projects that are no longer synced. What another replica tells of
  /// them stays.
  package func withdraw(
    _ projects: [EntityID], by replica: String
  ) async throws(AvalonError) {
    let told = try await statuses().filter {
      $0.replica == replica && projects.contains($0.project)
    }
    try await records.delete(
      ServiceRecords.statuses, ids: told.map { .string(id("\($0.project)")) })
  }

  package func publish(_ replica: ReplicaRecord) async throws(AvalonError) {
    let record = DocumentWriter.document { writer in
      writer.append("_id", id(replica.id))
      writer.append(ServiceRequest.Field.installation, installation)
      writer.append("replica", replica.id)
      writer.append("time", .date(replica.time))
      writer.append("content", .document(replica.content))
    }
    try await records.replace([record], in: ServiceRecords.replicas)
  }

  package func replicas() async throws(AvalonError) -> [ReplicaRecord] {
    try await records.find(ServiceRecords.replicas, RecordQuery(equal: ours)).compactMap { record in
      guard let id = record["replica"]?.string, case .date(let time)? = record["time"],
        let content = record["content"]?.document
      else { return nil }
      return ReplicaRecord(id: id, time: time, content: content)
    }
  }
}
