/// The answers that are small whatever the production's size.
extension GeneratedProduction {
  func project() -> [UInt8] {
    let types = GeneratedProduction.shotTaskTypes.count + GeneratedProduction.assetTaskTypes.count
    return object { json in
      json.id(Kind.project.rawValue, 0)
      json.raw(#","name":"Benchmark","code":"BENCH","description":"","fps":"25","ratio":"16:9","#)
      json.raw(#""resolution":"1920x1080","production_type":"tvshow","production_style":"3d","#)
      json.raw(#""data":{},"project_status_name":"Open","type":"Project","task_types":["#)
      for index in 0..<types {
        if index > 0 { json.raw(",") }
        json.id(Kind.taskType.rawValue, index)
      }
      json.raw("]")
    }
  }

  func episodes() -> [UInt8] {
    list(episodeCount, .episode) { index, json in
      json.raw(#","name":"E\#(index + 1)","status":"running","episode_id":"None","#)
      json.raw(#""description":"Low Tide","canceled":false,"data":{},"tasks":[]"#)
    }
  }

  func sequences() -> [UInt8] {
    list(sequenceCount, .sequence) { index, json in
      json.raw(#","name":"SQ\#(index + 1000)","status":"running","episode_id":"#)
      json.id(Kind.episode.rawValue, index * episodeCount / sequenceCount)
      json.raw(#","description":"bell tower","canceled":false,"data":{},"tasks":[]"#)
    }
  }

  func taskTypes() -> [UInt8] {
    let names = GeneratedProduction.shotTaskTypes + GeneratedProduction.assetTaskTypes
    return list(names.count, .taskType) { index, json in
      let kind = index < GeneratedProduction.shotTaskTypes.count ? "Shot" : "Asset"
      json.raw(##","name":"\##(names[index])","short_name":"","color":"#78909C","##)
      json.raw(#""priority":\#(index + 1),"for_entity":"\#(kind)","archived":false"#)
    }
  }

  func taskStatuses() -> [UInt8] {
    list(GeneratedProduction.statuses.count, .taskStatus) { index, json in
      let name = GeneratedProduction.statuses[index]
      json.raw(#","name":"\#(name)","short_name":"\#(name)","archived":false,"is_done":false"#)
    }
  }

  /// The type of shots first, then those of assets.
  func entityTypes() -> [UInt8] {
    let names = ["Shot"] + GeneratedProduction.assetTypes
    return list(names.count, .entityType) { index, json in
      json.raw(#","name":"\#(names[index])","short_name":null,"type":"EntityType""#)
    }
  }

  func persons() -> [UInt8] {
    list(GeneratedProduction.peopleCount, .person) { index, json in
      json.raw(#","first_name":"Priya","last_name":"Rossi \#(index)","active":true,"#)
      json.raw(#""desktop_login":"priya.rossi\#(index)","role":"user","is_bot":false"#)
    }
  }

  func departments() -> [UInt8] {
    list(1, .department) { _, json in json.raw(#","name":"Animation","archived":false"#) }
  }

  private func list(
    _ count: Int, _ kind: Kind, _ fields: (Int, inout JSONBytes) -> Void
  ) -> [UInt8] {
    var json = JSONBytes()
    json.raw("[")
    for index in 0..<count {
      json.raw(index == 0 ? #"{"id":"# : #",{"id":"#)
      json.id(kind.rawValue, index)
      fields(index, &json)
      json.raw("}")
    }
    json.raw("]")
    return json.bytes
  }

  /// One object whose first field is its id.
  private func object(_ fields: (inout JSONBytes) -> Void) -> [UInt8] {
    var json = JSONBytes()
    json.raw(#"{"id":"#)
    fields(&json)
    json.raw("}")
    return json.bytes
  }
}
