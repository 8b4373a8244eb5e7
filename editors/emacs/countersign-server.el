;;; countersign-server.el --- The connection to a Countersign server  -*- lexical-binding: t -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; One server process for a project: started, told of buffers, started again
;; when it dies; and what it asks of Emacs: to show a document, to apply an
;; edit to buffers.  Commands and modes are in countersign.el.

;;; Code:

(require 'cl-lib)
(require 'countersign-buffers)
(require 'json)
(require 'jsonrpc)
(require 'project)
(require 'subr-x)

(declare-function countersign-mode "countersign")
(declare-function countersign-review-mode "countersign")

(defgroup countersign nil
  "An agent whose every write you approve."
  :group 'tools
  :prefix "countersign-")

(defcustom countersign-command '("countersign" "lsp")
  "Program and arguments that start the server."
  :type '(repeat string))

(defcustom countersign-settings nil
  "Settings of the server, as a property list: (:max_steps 20)."
  :type 'plist)

(defcustom countersign-change-delay 0.3
  "Seconds after a change before the server is told of it.
It is told at once when something is asked."
  :type 'number)

;;; The connection

(defclass countersign-connection (jsonrpc-process-connection)
  ((root :initarg :root :accessor countersign--root :documentation "The project's directory, with a slash.")
   (ready :initform nil :accessor countersign--ready :documentation "Whether initialize was answered.")
   (commands :initform nil :accessor countersign--commands :documentation "What the server executes.")
   (version :initform "unknown" :accessor countersign--version)
   (waiting :initform nil :accessor countersign--waiting :documentation "Functions to call once it is ready.")
   (runs :initform nil :accessor countersign--runs :documentation "Progress: ((token title . doing) ...).")
   (ending :initform nil :accessor countersign--ending :documentation "Whether it was told to end, or its end was seen."))
  "A server process, and the project that it serves.")

(defvar countersign--connections (make-hash-table :test #'equal)
  "From a project's directory to its connection.")

(defvar countersign--restarts (make-hash-table :test #'equal)
  "From a project's directory to (COUNT . TIME).
COUNT is how often its server died in a row, TIME when it was started last.")

(defvar countersign--last-proposal nil
  "Number of the proposal that was shown last.")

(defvar-local countersign--version-number nil
  "Version of the buffer's text as the server was told; nil if it was not.")
(defvar-local countersign--told-of nil
  "The connection that was told of this buffer.")
(defvar-local countersign--told-path nil
  "The path under which it was told of it.")
(defvar-local countersign--changed nil
  "Non-nil if the text changed since the server was told of it.")
(defvar-local countersign--timer nil)

(defconst countersign--most-restarts 5)
(defconst countersign--document-pattern "/countersign/proposals/\\([0-9]+\\)\\.\\([0-9]+\\)\\.diff\\'")

(defun countersign--say (format &rest arguments)
  "Tell the person FORMAT with ARGUMENTS."
  (message "%s" (concat "Countersign: " (apply #'format format arguments))))

(defun countersign--document-workspace ()
  "The workspace that the review document in this buffer belongs to, or nil."
  (when (and buffer-file-name (string-match-p countersign--document-pattern buffer-file-name))
    (save-excursion
      (save-restriction
        (widen)
        (goto-char (point-min))
        (when (re-search-forward "^# countersign-workspace: \\(\".*\"\\)$" 2000 t)
          (file-name-as-directory (json-read-from-string (match-string 1))))))))

(defun countersign--project-root ()
  "The directory whose server serves this buffer.
Signals a `user-error' that says why there is none."
  (cond ((not buffer-file-name)
         (user-error "Countersign: this buffer has no file yet, so it belongs to no project; save it first"))
        ((file-remote-p buffer-file-name)
         (user-error "Countersign: %s is not on this machine; the server serves local files" buffer-file-name))
        ((countersign--document-workspace))
        (t (let ((project (project-current)))
             (expand-file-name (if project (project-root project) default-directory))))))

(defun countersign--check-program ()
  "Signal a `user-error' with what to do if the server cannot be started."
  (unless (executable-find (car countersign-command))
    (user-error "Countersign: `%s' cannot be started: it is not on PATH.  Build it with ./bootstrap.sh build and put build/release on PATH, or set countersign-command"
                (car countersign-command))))

(defun countersign--connect (root)
  "The connection of ROOT, which is started if there is none."
  (let ((known (gethash root countersign--connections)))
    (if (and known (jsonrpc-running-p known))
        known
      (countersign--check-program)
      (countersign--start root))))

(defun countersign--start (root)
  "Start a server for ROOT; its connection is ready once initialize was answered."
  (let* ((default-directory root)
         (name (format "countersign %s" (file-name-nondirectory (directory-file-name root))))
         (connection
          (make-instance
           'countersign-connection
           :name name
           :root root
           :process (lambda ()
                      (make-process :name name :command countersign-command :connection-type 'pipe :coding 'utf-8-emacs-unix
                                    :noquery t :stderr (get-buffer-create (format " *%s stderr*" name))))
           :request-dispatcher #'countersign--handle-request
           :notification-dispatcher #'countersign--handle-notification
           :on-shutdown #'countersign--ended)))
    (puthash root connection countersign--connections)
    (condition-case nil
        (jsonrpc-async-request
         connection :initialize (countersign--initialize-params root)
         :timeout nil
         :success-fn (lambda (answer) (countersign--initialized connection answer))
         :error-fn (lambda (problem) (countersign--say "the server did not start: %s" (plist-get problem :message))))
      (error (countersign--ended connection))) ; it died before it could be asked
    connection))

(defun countersign--initialize-params (root)
  "Parameters of initialize for the server of ROOT."
  (let ((uri (countersign--uri (directory-file-name root))))
    (list :processId (emacs-pid)
          :clientInfo (list :name "countersign.el" :version "0.1.0")
          :rootUri uri
          :workspaceFolders (vector (list :uri uri :name (file-name-nondirectory (directory-file-name root))))
          :initializationOptions (if countersign-settings (list :countersign countersign-settings) (make-hash-table))
          :capabilities
          '(:general (:positionEncodings ["utf-32" "utf-16"])
            :window (:workDoneProgress t :showDocument (:support t) :showMessage (:messageActionItem (:additionalPropertiesSupport :json-false)))
            :workspace (:applyEdit t :workspaceEdit (:documentChanges t) :configuration t :executeCommand (:dynamicRegistration :json-false))
            :textDocument (:synchronization (:didSave :json-false)
                           :codeAction (:codeActionLiteralSupport (:codeActionKind (:valueSet ["refactor" "quickfix"])))
                           :publishDiagnostics (:versionSupport :json-false))))))

(defun countersign--initialized (connection answer)
  "CONNECTION is ready; ANSWER has the server's capabilities."
  (let ((can (plist-get answer :capabilities)))
    (setf (countersign--commands connection) (append (plist-get (plist-get can :executeCommandProvider) :commands) nil)
          (countersign--version connection) (or (plist-get (plist-get answer :serverInfo) :version) "unknown")
          (countersign--ready connection) t)
    (jsonrpc-notify connection :initialized (make-hash-table))
    (dolist (buffer (countersign--buffers connection))
      (with-current-buffer buffer (countersign--tell-opened connection)))
    (let ((waiting (nreverse (countersign--waiting connection))))
      (setf (countersign--waiting connection) nil)
      (mapc #'funcall waiting))))

(defun countersign--buffers (connection)
  "The buffers that CONNECTION serves."
  (cl-remove-if-not (lambda (buffer)
                      (with-current-buffer buffer
                        (and (bound-and-true-p countersign-mode)
                             (equal (ignore-errors (countersign--project-root)) (countersign--root connection)))))
                    (buffer-list)))

(defun countersign--when-ready (connection function)
  "Call FUNCTION once CONNECTION is ready."
  (if (countersign--ready connection)
      (funcall function)
    (push function (countersign--waiting connection))))

(defun countersign--ended (connection)
  "CONNECTION is gone: start it again, later and later, unless it was meant to end."
  (let* ((meant (countersign--ending connection))
         (root (countersign--root connection))
         (row (gethash root countersign--restarts (cons 0 0)))
         (count (if (> (- (float-time) (cdr row)) 60) 1 (1+ (car row)))))
    (setf (countersign--ending connection) t)
    (when (eq (gethash root countersign--connections) connection)
      (remhash root countersign--connections))
    (dolist (buffer (buffer-list))
      (with-current-buffer buffer
        (when (eq countersign--told-of connection)
          (setq countersign--told-of nil countersign--version-number nil))))
    (unless (or meant (null (countersign--buffers connection)))
      (puthash root (cons count (float-time)) countersign--restarts)
      (if (> count countersign--most-restarts)
          (countersign--say "the server of %s ended %d times in a row.  It is not started again; M-x countersign-restart does.  Proposals are kept"
                            root count)
        (let ((seconds (expt 2 (1- count))))
          (countersign--say "the server of %s ended; it starts again in %d s.  Proposals are kept, and a run that was at work has to be asked for again"
                            root seconds)
          (run-with-timer seconds nil #'countersign--start-again root))))))

(defun countersign--start-again (root)
  "Start the server of ROOT, if it still has something to serve."
  (unless (gethash root countersign--connections)
    (puthash root (cons (car (gethash root countersign--restarts '(0))) (float-time)) countersign--restarts)
    (condition-case problem
        (countersign--connect root)
      (error (countersign--say "%s" (error-message-string problem))))))

;;; Buffers

(defun countersign--tell-opened (connection)
  "Tell CONNECTION of this buffer, if it does not know it."
  (unless (eq countersign--told-of connection)
    (setq countersign--told-of connection countersign--told-path buffer-file-name
          countersign--version-number 1 countersign--changed nil)
    (jsonrpc-notify connection :textDocument/didOpen
                    (list :textDocument (list :uri (countersign--uri buffer-file-name) :languageId (countersign--language)
                                              :version 1 :text (countersign--text))))))

(defun countersign--tell-changed ()
  "Tell the server of this buffer's text, if it is another than it knows."
  (when countersign--timer
    (cancel-timer countersign--timer)
    (setq countersign--timer nil))
  (when (and countersign--changed countersign--told-of (jsonrpc-running-p countersign--told-of))
    (setq countersign--changed nil)
    (cl-incf countersign--version-number)
    (jsonrpc-notify countersign--told-of :textDocument/didChange
                    (list :textDocument (list :uri (countersign--uri countersign--told-path) :version countersign--version-number)
                          :contentChanges (vector (list :text (countersign--text)))))))

(defun countersign--tell-all (connection)
  "Tell CONNECTION of everything that changed, and of what it does not know yet."
  (dolist (buffer (countersign--buffers connection))
    (with-current-buffer buffer
      (countersign--tell-opened connection)
      (countersign--tell-changed))))

(defun countersign--tell-closed ()
  "Tell the server that this buffer is gone."
  (when (and countersign--told-of (jsonrpc-running-p countersign--told-of))
    (jsonrpc-notify countersign--told-of :textDocument/didClose
                    (list :textDocument (list :uri (countersign--uri countersign--told-path)))))
  (setq countersign--told-of nil countersign--version-number nil))

(defun countersign--after-change (&rest _)
  "Remember that the text changed; the server hears of it soon."
  (setq countersign--changed t)
  (unless countersign--timer
    (let ((buffer (current-buffer)))
      (setq countersign--timer
            (run-with-timer countersign-change-delay nil
                            (lambda ()
                              (when (buffer-live-p buffer)
                                (with-current-buffer buffer (countersign--tell-changed)))))))))

;;; What the server asks

(defun countersign--handle-request (connection method params)
  "Answer METHOD with PARAMS, which CONNECTION asks."
  (pcase method
    ('workspace/applyEdit (countersign--apply-edit connection (plist-get params :edit)))
    ('window/showDocument (countersign--show-document params))
    ('window/showMessageRequest (countersign--ask-person params))
    ('workspace/configuration
     (vconcat (mapcar (lambda (_) (or countersign-settings (make-hash-table))) (plist-get params :items))))
    ((or 'window/workDoneProgress/create 'client/registerCapability 'client/unregisterCapability) nil)
    (_ (jsonrpc-error :code -32601 :message (format "%s is not known here" method)))))

(defun countersign--handle-notification (connection method params)
  "Take note of METHOD with PARAMS from CONNECTION."
  (pcase method
    ('window/showMessage (countersign--show-message (plist-get params :message)))
    ('$/progress (countersign--progress connection (plist-get params :token) (plist-get params :value)))
    ('textDocument/publishDiagnostics
     (countersign--mark (countersign--path (plist-get params :uri)) (plist-get params :diagnostics)))))

(defun countersign--show-message (text)
  "Show TEXT: a line in the echo area, more in a window."
  (if (< (length (split-string text "\n")) 5)
      (message "%s" text)
    (with-current-buffer (get-buffer-create "*Countersign*")
      (let ((inhibit-read-only t))
        (erase-buffer)
        (insert text "\n")
        (goto-char (point-min)))
      (special-mode)
      (display-buffer (current-buffer)))))

(defun countersign--ask-person (params)
  "Ask what PARAMS say.  No answer is preselected: an empty one decides nothing."
  (let* ((actions (append (plist-get params :actions) nil))
         (titles (mapcar (lambda (action) (plist-get action :title)) actions))
         (choice (condition-case nil
                     (completing-read (concat (plist-get params :message) " (empty: not now) ") titles nil t nil nil "")
                   (quit ""))))
    (cl-find choice actions :key (lambda (action) (plist-get action :title)) :test #'equal)))

(defun countersign--progress (connection token value)
  "Keep VALUE, the progress of CONNECTION's run TOKEN."
  (pcase (plist-get value :kind)
    ("begin" (push (list token (or (plist-get value :message) (plist-get value :title))) (countersign--runs connection)))
    ("report" (when-let ((run (assoc token (countersign--runs connection))))
                (setcdr (cdr run) (plist-get value :message))))
    ("end" (setf (countersign--runs connection) (cl-remove token (countersign--runs connection) :key #'car :test #'equal))))
  (force-mode-line-update t))

(defun countersign--lighter ()
  "Text for the mode line: the run at work, or the name."
  (let* ((connection (or countersign--told-of
                         (and buffer-file-name (ignore-errors (gethash (countersign--project-root) countersign--connections)))))
         (run (and connection (car (countersign--runs connection)))))
    (if run
        (format " Countersign[%s%s]" (nth 1 run) (if (cddr run) (concat ": " (cddr run)) ""))
      " Countersign")))

;;; Documents

(defun countersign--show-document (params)
  "Show the file that PARAMS name, beside the code.
The cursor stays, unless they want it to go there."
  (let* ((path (countersign--path (plist-get params :uri)))
         (is-review (string-match countersign--document-pattern path))
         (number (and is-review (match-string 1 path)))
         (window nil))
    (when number
      (setq countersign--last-proposal number)
      (setq window (countersign--retire-revisions number path)))
    (let ((buffer (find-file-noselect path t)))
      (with-current-buffer buffer
        (if number
            (countersign-review-mode)
          (view-mode 1)))
      (cond ((window-live-p window) (set-window-buffer window buffer))
            ((eq t (plist-get params :takeFocus)) (pop-to-buffer buffer))
            (t (display-buffer buffer '(nil (inhibit-same-window . t)))))
      (list :success t))))

(defun countersign--retire-revisions (number path)
  "Kill unedited buffers of other revisions of proposal NUMBER than PATH's.
The window that showed one of them, if any, is the value."
  (let (window)
    (dolist (buffer (buffer-list) window)
      (let ((name (buffer-file-name buffer)))
        (when (and name (not (equal name path)) (string-match countersign--document-pattern name)
                   (equal number (match-string 1 name)) (not (buffer-modified-p buffer)))
          (let ((shown (get-buffer-window buffer t)))
            (when (and shown (not window))
              (setq window shown)
              (set-window-dedicated-p shown nil)
              (set-window-buffer shown (find-file-noselect path t))))
          (kill-buffer buffer))))))

(defun countersign--apply-edit (connection edit)
  "Make EDIT of CONNECTION in buffers, all of it or nothing.  Nothing is saved."
  (countersign--tell-all connection)
  (let* ((changes (append (plist-get edit :documentChanges) nil))
         (refusal (cl-some #'countersign--refusal changes)))
    (if refusal
        (list :applied :json-false :failureReason refusal)
      (dolist (change changes)
        (with-current-buffer (find-file-noselect (countersign--path (plist-get (plist-get change :textDocument) :uri)) t)
          (countersign--edit-buffer (append (plist-get change :edits) nil))
          (unless (bound-and-true-p countersign-mode)
            (countersign-mode 1))))
      ;; Behind the answer: the server compares what the buffers then hold.
      (run-with-timer 0 nil #'countersign--tell-all connection)
      (list :applied t))))

(provide 'countersign-server)
;;; countersign-server.el ends here
