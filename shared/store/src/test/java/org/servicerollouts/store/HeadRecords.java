package org.servicerollouts.store;

import java.util.ArrayList;
import java.util.List;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** What the stream of a table on DynamoDB Local tells. */
public final class HeadRecords {
  private HeadRecords() {}

  /** Each write of one service. */
  static List<Service> of(Table table, ServiceName name) {
    return all(table).stream()
        .map(Record::dynamodb)
        .filter(record -> record.keys().equals(Schema.head(name)))
        .map(StreamRecord::newImage)
        .map(Items::service)
        .toList();
  }

  /** All records of all items of a {@link LocalTable} so far. */
  public static List<Record> all(Table table) {
    return all(table, LocalTable.database().dynamoDbStreamsClient());
  }

  /** All records of all items of a table of {@code database} so far. */
  public static List<Record> all(Table table, LocalDatabase database) {
    return all(table, database.dynamoDb().dynamoDbStreamsClient());
  }

  private static List<Record> all(Table table, DynamoDbStreamsClient streams) {
    String arn =
        table.client().describeTable(r -> r.tableName(table.name())).table().latestStreamArn();
    List<Record> records = new ArrayList<>();
    for (Shard shard : streams.describeStream(r -> r.streamArn(arn)).streamDescription().shards()) {
      String iterator =
          streams
              .getShardIterator(
                  r ->
                      r.streamArn(arn)
                          .shardId(shard.shardId())
                          .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
              .shardIterator();
      GetRecordsResponse page;
      do {
        String from = iterator;
        page = streams.getRecords(r -> r.shardIterator(from));
        records.addAll(page.records());
        iterator = page.nextShardIterator();
      } while (iterator != null && !page.records().isEmpty());
    }
    return records;
  }
}
