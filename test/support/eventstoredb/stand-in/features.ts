import type { IServerFeaturesServer } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import serverFeatures from '@eventstore/db-client/generated/serverfeatures_pb.js'

/** Like the real server's, including batch append. */
export const featureCalls: Pick<IServerFeaturesServer, 'getSupportedMethods'> = {
  getSupportedMethods: (_, answer) => {
    const methods = ['read', 'append', 'batchappend'].map((name) =>
      new serverFeatures.SupportedMethod()
        .setServiceName('event_store.client.streams.streams')
        .setMethodName(name),
    )
    answer(
      null,
      new serverFeatures.SupportedMethods().setEventStoreServerVersion('24.10.0').setMethodsList(methods),
    )
  },
}
