package org.servicerollouts.store;

/**
 * The contract on DynamoDB Local in this process, as strict as DynamoDB but without its chances.
 */
class EmbeddedStoreTest extends StoreContract {

  @Override
  protected Table open() {
    Table local = LocalTable.createWithoutStream();
    return new Table(new UnkindClient(local.client(), 0), local.name());
  }
}
