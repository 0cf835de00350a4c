package org.servicerollouts.local.redrive;

import software.amazon.awssdk.services.cloudformation.CloudFormationClient;

/** A stack of template.yaml, by the names that it gave to what it made. */
record DeployedStack(CloudFormationClient client, String name) {

  /** The bucket of what publish-events could not send. */
  String failureBucket() {
    return physicalId("FailureBucket");
  }

  String publishEvents() {
    return physicalId("PublishEventsFunction");
  }

  private String physicalId(String logicalId) {
    return client
        .describeStackResource(r -> r.stackName(name).logicalResourceId(logicalId))
        .stackResourceDetail()
        .physicalResourceId();
  }
}
