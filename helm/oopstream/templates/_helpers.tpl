{{- define "oopstream.labels" -}}
app.kubernetes.io/name: oopstream
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .service }}
{{- end -}}

{{- define "oopstream.env.log" -}}
- { name: OOPSTREAM_LOG_BACKEND, value: kafka }
- { name: OOPSTREAM_KAFKA_BROKERS, value: {{ join "," .Values.kafka.brokers | quote }} }
{{- end -}}

{{- define "oopstream.env.store" -}}
- name: OOPSTREAM_POSTGRES_URL
  valueFrom: { secretKeyRef: { name: {{ .Values.postgres.existingSecret }}, key: url } }
{{- end -}}

{{- define "oopstream.env.redis" -}}
- name: OOPSTREAM_REDIS_URL
  valueFrom: { secretKeyRef: { name: {{ .Values.redis.existingSecret }}, key: url } }
{{- end -}}

{{- define "oopstream.env.jobs" -}}
- { name: OOPSTREAM_JOBS_BACKEND, value: redis }
{{ include "oopstream.env.redis" . }}
{{- end -}}

{{- define "oopstream.env.blob" -}}
- { name: OOPSTREAM_BLOB_BACKEND, value: s3 }
- { name: OOPSTREAM_BLOB_REGION, value: {{ .Values.blob.region | quote }} }
- { name: OOPSTREAM_BLOB_BUCKET, value: {{ .Values.blob.bucket | quote }} }
{{- with .Values.blob.endpoint }}
- { name: OOPSTREAM_BLOB_ENDPOINT, value: {{ . | quote }} }
{{- end }}
{{- with .Values.blob.existingSecret }}
- name: OOPSTREAM_BLOB_ACCESS_KEY_ID
  valueFrom: { secretKeyRef: { name: {{ . }}, key: access-key-id } }
- name: OOPSTREAM_BLOB_SECRET_ACCESS_KEY
  valueFrom: { secretKeyRef: { name: {{ . }}, key: secret-access-key } }
{{- end }}
{{- end -}}

{{- define "oopstream.env.common" -}}
- { name: OOPSTREAM_SERVICE_LOG_LEVEL, value: {{ .root.Values.logLevel }} }
{{- with .root.Values.otlpEndpoint }}
- { name: OOPSTREAM_TELEMETRY_OTLP_ENDPOINT, value: {{ . | quote }} }
{{- end }}
{{- range $name, $value := .values.env }}
- { name: {{ $name }}, value: {{ $value | quote }} }
{{- end }}
{{- end -}}

{{/* A Deployment: dict root, service, values, env (rendered), and port where people or agents come in. */}}
{{- define "oopstream.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .root.Release.Name }}-{{ .service }}
  labels: {{- include "oopstream.labels" . | nindent 4 }}
spec:
  replicas: {{ .values.replicas }}
  selector:
    matchLabels: {{- include "oopstream.labels" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "oopstream.labels" . | nindent 8 }}
      annotations:
        prometheus.io/scrape: 'true'
        prometheus.io/port: '9464'
        {{- with .root.Values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      # Kubernetes' own service links look like settings of ours, and unknown settings are refused.
      enableServiceLinks: false
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: {{ .root.Values.terminationGracePeriodSeconds }}
      {{- with .root.Values.imagePullSecrets }}
      imagePullSecrets: {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        runAsGroup: 1000
        seccompProfile: { type: RuntimeDefault }
      containers:
        - name: {{ .service }}
          image: {{ printf "%s/%s:%s" .root.Values.image.registry .service .root.Values.image.tag | quote }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          env:
            {{- .env | nindent 12 }}
            {{- include "oopstream.env.common" . | nindent 12 }}
          ports:
            - { name: ops, containerPort: 9464 }
            {{- with .values.port }}
            - { name: http, containerPort: {{ . }} }
            {{- end }}
          livenessProbe:
            httpGet: { path: /healthz/live, port: ops }
            periodSeconds: 10
            failureThreshold: 6
          readinessProbe:
            httpGet: { path: /healthz/ready, port: ops }
            periodSeconds: 5
            failureThreshold: 3
          startupProbe:
            httpGet: { path: /healthz/live, port: ops }
            periodSeconds: 2
            failureThreshold: 30
          resources: {{- toYaml .values.resources | nindent 12 }}
          volumeMounts:
            - { name: tmp, mountPath: /tmp }
      volumes:
        - { name: tmp, emptyDir: {} }
      {{- with .root.Values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .root.Values.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .root.Values.affinity }}
      affinity: {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end -}}

{{- define "oopstream.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ .root.Release.Name }}-{{ .service }}
  labels: {{- include "oopstream.labels" . | nindent 4 }}
spec:
  selector: {{- include "oopstream.labels" . | nindent 4 }}
  ports:
    - { name: http, port: {{ .values.port }}, targetPort: http }
{{- end -}}
